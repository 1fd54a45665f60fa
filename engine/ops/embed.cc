#include "engine/ops/embed.h"

#include <algorithm>

#include "engine/base/bf16.h"
#include "engine/base/status.h"

namespace gram::ops {

void Embed(const Compute& compute, const RowTable& table, std::span<const int32_t> tokens,
           float* x) {
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

}  // namespace gram::ops
