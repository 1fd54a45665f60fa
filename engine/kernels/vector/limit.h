// The machine's limit for f32 products: fused multiply-adds on registers.
#ifndef GRAM_ENGINE_KERNELS_VECTOR_LIMIT_H_
#define GRAM_ENGINE_KERNELS_VECTOR_LIMIT_H_

#include "engine/kernels/vector/slots.h"

namespace gram::kernels::vector {
namespace {

template <class V>
double MultiplyRegisters(size_t rounds, float* sink) {
  // As many chains as a register tile has: more than latency x ports, fewer than registers.
  constexpr size_t kChains = V::kTileRows * V::kTileVectors;
  typename V::Float sum[kChains];
  // All three loops unrolled, or the sums lie in memory.
#pragma GCC unroll 24
  for (size_t i = 0; i < kChains; ++i) sum[i] = V::Set(static_cast<float>(i));
  const auto a = V::Set(*sink);
  const auto b = V::Set(1e-30F);
  for (size_t round = 0; round < rounds; ++round) {
#pragma GCC unroll 24
    for (size_t i = 0; i < kChains; ++i) sum[i] = V::MultiplyAdd(a, b, sum[i]);
  }
#pragma GCC unroll 24
  for (size_t i = 1; i < kChains; ++i) sum[0] = sum[0] + sum[i];
  *sink = V::Sum(sum[0]);
  return static_cast<double>(rounds) * kChains * V::kLanes * 2;
}

}  // namespace
}  // namespace gram::kernels::vector

#endif  // GRAM_ENGINE_KERNELS_VECTOR_LIMIT_H_
