// The machine's limit for bf16 products: dot products of pairs on registers.
#ifndef GRAM_ENGINE_KERNELS_VECTOR_BF16_LIMIT_H_
#define GRAM_ENGINE_KERNELS_VECTOR_BF16_LIMIT_H_

#include <cstddef>
#include <cstdint>

namespace gram::kernels::vector_bf16 {
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
  const auto b = V::Set(__builtin_bit_cast(float, uint32_t{0x3c003c00}));
  for (size_t round = 0; round < rounds; ++round) {
#pragma GCC unroll 24
    for (size_t i = 0; i < kChains; ++i) sum[i] = V::DotPairs(sum[i], a, b);
  }
#pragma GCC unroll 24
  for (size_t i = 1; i < kChains; ++i) sum[0] = sum[0] + sum[i];
  *sink = V::Sum(sum[0]);
  return static_cast<double>(rounds) * kChains * 2 * V::kLanes * 2;
}

}  // namespace
}  // namespace gram::kernels::vector_bf16

#endif  // GRAM_ENGINE_KERNELS_VECTOR_BF16_LIMIT_H_
