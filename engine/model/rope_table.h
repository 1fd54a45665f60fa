// cos and sin of the rotary angles, computed once a position.
#ifndef GRAM_ENGINE_MODEL_ROPE_TABLE_H_
#define GRAM_ENGINE_MODEL_ROPE_TABLE_H_

#include <cstddef>
#include <vector>

#include "engine/ops/rope.h"

namespace gram::model {

/// Angles of position p, frequency i: p * theta^(-2i / head_dim), in f32 throughout, as the model
/// was trained.
class RopeTable {
 public:
  RopeTable(double theta, size_t head_dim);

  /// The table for positions 0 .. positions - 1 at least; grows where needed. Valid until the next
  /// call.
  ops::RopeAngles Angles(size_t positions);

 private:
  std::vector<float> frequencies_;  // [head_dim / 2]
  std::vector<float> cos_;          // [positions][head_dim / 2]
  std::vector<float> sin_;
};

}  // namespace gram::model

#endif  // GRAM_ENGINE_MODEL_ROPE_TABLE_H_
