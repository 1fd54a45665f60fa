#include "engine/ops/rows.h"

#include <algorithm>
#include <cmath>
#include <functional>

#include "engine/base/bf16.h"
#include "engine/base/status.h"

namespace gram::ops {

void Embed(const Compute& compute, const RowTable& table, std::span<const int32_t> tokens,
           float scale, float* x) {
  ParallelRows(compute.ctx, tokens.size(), [&](size_t row) {
    const auto token = static_cast<size_t>(tokens[row]);
    GRAM_DCHECK(token < table.count);
    float* out = x + row * table.width;
    if (table.dtype == DType::kBf16) {
      const Bf16* source = static_cast<const Bf16*>(table.data) + token * table.width;
      std::transform(source, source + table.width, out, ToFloat);
    } else {
      std::copy_n(static_cast<const float*>(table.data) + token * table.width, table.width, out);
    }
    if (scale != 1) std::transform(out, out + table.width, out, [&](float v) { return v * scale; });
  });
}

float DotRow(const Compute& compute, const RowTable& table, size_t index, const float* x) {
  GRAM_DCHECK(index < table.count);
  if (table.dtype == DType::kBf16) {
    const auto* row = static_cast<const uint16_t*>(table.data) + index * table.width;
    return compute.kernels->dot_bf16(x, row, table.width);
  }
  const auto* row = static_cast<const float*>(table.data) + index * table.width;
  return compute.kernels->dot_f32(x, row, table.width);
}

void RmsNorm(const Compute& compute, const float* x, size_t rows, size_t width, const float* weight,
             float eps, void* out) {
  const kernels::ActivationLayout layout = compute.Layout(width);
  ParallelRows(compute.ctx, rows, [&](size_t row) {
    compute.kernels->rms_norm(
        {x + row * width, weight, width, eps,
         static_cast<std::byte*>(out) + layout.At(row, 0) * compute.activation_bytes(), layout});
  });
}

void AddNormed(const Compute& compute, float* branch, size_t rows, size_t width,
               const float* weight, float eps, float* x) {
  ParallelRows(compute.ctx, rows, [&](size_t row) {
    float* normed = branch + row * width;
    float* sum = x + row * width;
    compute.kernels->rms_norm_f32({normed, weight, width, eps, normed});
    std::transform(normed, normed + width, sum, sum, std::plus<>());
  });
}

RopeAngles RopeTable::Angles(size_t positions) {
  const size_t half = frequencies_.size();
  // Whole before anything is added: where memory is refused both tables stay what they were.
  cos_.reserve(positions * half);
  sin_.reserve(positions * half);
  for (size_t position = cos_.size() / half; position < positions; ++position) {
    for (const float frequency : frequencies_) {
      const float angle = static_cast<float>(position) * frequency;
      cos_.push_back(std::cos(angle));
      sin_.push_back(std::sin(angle));
    }
  }
  return {cos_.data(), sin_.data(), half};
}

void NormAndRotate(const Compute& compute, const RopeAngles& angles, size_t position, size_t heads,
                   const float* norm, float eps, float* x) {
  const size_t head_dim = 2 * angles.half;
  const float* cos = angles.cos + position * angles.half;
  const float* sin = angles.sin + position * angles.half;
  for (size_t head = 0; head < heads; ++head) {
    float* values = x + head * head_dim;
    if (norm != nullptr) compute.kernels->rms_norm_f32({values, norm, head_dim, eps, values});
    compute.kernels->rope({values, cos, sin, head_dim, values});
  }
}

}  // namespace gram::ops
