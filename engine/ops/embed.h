// Token embedding: rows of a [V, D] table.
#ifndef GRAM_ENGINE_OPS_EMBED_H_
#define GRAM_ENGINE_OPS_EMBED_H_

#include <cstddef>
#include <cstdint>
#include <span>

#include "engine/ops/compute.h"

namespace gram::ops {

/// A [count, width] row-major table in memory it does not own.
struct RowTable {
  const void* data = nullptr;
  size_t count = 0;
  size_t width = 0;
  DType dtype = DType::kBf16;
};

/// x [tokens, width] f32 = the table's rows; every token must be below table.count.
void Embed(const Compute& compute, const RowTable& table, std::span<const int32_t> tokens,
           float* x);

/// Sum over i of x[i] * row `index`[i], f32: a logit, where the table is the LM head.
float DotRow(const Compute& compute, const RowTable& table, size_t index, const float* x);

}  // namespace gram::ops

#endif  // GRAM_ENGINE_OPS_EMBED_H_
