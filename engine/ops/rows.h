// Operations on the rows of a batch, each by itself: token embedding and LM head, RMSNorm, rotary
// embedding.
#ifndef GRAM_ENGINE_OPS_ROWS_H_
#define GRAM_ENGINE_OPS_ROWS_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "engine/ops/compute.h"

namespace gram::ops {

/// A [count, width] row-major table in memory it does not own.
struct RowTable {
  const void* data = nullptr;
  size_t count = 0;
  size_t width = 0;
  DType dtype = DType::kBf16;
};

/// x [tokens, width] f32 = the table's rows times `scale`; every token must be below table.count.
void Embed(const Compute& compute, const RowTable& table, std::span<const int32_t> tokens,
           float scale, float* x);

/// Sum over i of x[i] * row `index`[i], f32: a logit, where the table is the LM head.
float DotRow(const Compute& compute, const RowTable& table, size_t index, const float* x);

/// out [rows, width] activation type = RMSNorm(x [rows, width] f32) * weight [width].
void RmsNorm(const Compute& compute, const float* x, size_t rows, size_t width, const float* weight,
             float eps, void* out);

/// cos and sin of every position's angles, [positions][head_dim / 2] each.
struct RopeAngles {
  const float* cos = nullptr;
  const float* sin = nullptr;
  size_t half = 0;  ///< head_dim / 2
};

/// Angles of position p, frequency w: p * w, in f32 throughout, as the models were trained.
class RopeTable {
 public:
  explicit RopeTable(std::vector<float> frequencies) : frequencies_(std::move(frequencies)) {}

  /// The table for positions 0 .. positions - 1 at least; grows where needed. Valid until the next
  /// call.
  RopeAngles Angles(size_t positions);

 private:
  std::vector<float> frequencies_;  // [head_dim / 2]
  std::vector<float> cos_;          // [positions][head_dim / 2]
  std::vector<float> sin_;
};

/// x [rows, width] f32 += RMSNorm(branch [rows, width] f32) * weight [width]; `branch` is used up.
void AddNormed(const Compute& compute, float* branch, size_t rows, size_t width,
               const float* weight, float eps, float* x);

/// Norms and rotates the heads of one row in place. x [heads][head_dim] f32; norm [head_dim], or
/// null where the model has none.
void NormAndRotate(const Compute& compute, const RopeAngles& angles, size_t position, size_t heads,
                   const float* norm, float eps, float* x);

}  // namespace gram::ops

#endif  // GRAM_ENGINE_OPS_ROWS_H_
