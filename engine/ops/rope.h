// Per-head RMSNorm and rotary embedding of queries and keys.
#ifndef GRAM_ENGINE_OPS_ROPE_H_
#define GRAM_ENGINE_OPS_ROPE_H_

#include <cstddef>

#include "engine/ops/compute.h"

namespace gram::ops {

/// cos and sin of every position's angles, [positions][head_dim / 2] each.
struct RopeAngles {
  const float* cos = nullptr;
  const float* sin = nullptr;
  size_t half = 0;  ///< head_dim / 2
};

/// Norms and rotates the heads of one row in place. x [heads][head_dim] f32; norm [head_dim].
void NormAndRotate(const Compute& compute, const RopeAngles& angles, size_t position, size_t heads,
                   const float* norm, float eps, float* x);

}  // namespace gram::ops

#endif  // GRAM_ENGINE_OPS_ROPE_H_
