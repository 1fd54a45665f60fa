// The loop over a vector type: multiply-adds on the accumulators of a register tile.
#ifndef GRAM_ENGINE_DIAGNOSTICS_PEAK_VECTOR_LOOP_H_
#define GRAM_ENGINE_DIAGNOSTICS_PEAK_VECTOR_LOOP_H_

#include <cstddef>
#include <cstdint>

namespace gram::diagnostics::peak {
namespace {

/// Ops: the tile arithmetic (kernels/vector/tile.h) whose peak it is.
template <class Ops>
inline double MultiplyVectors(size_t rounds, float* sink) {
  using V = typename Ops::V;
  // As many chains as a register tile has: more than latency x ports, fewer than registers.
  constexpr size_t kChains = V::kTileRows * V::kTileVectors;
  typename V::Float sum[kChains];
  // All three loops unrolled, or the sums lie in memory.
#pragma GCC unroll 24
  for (size_t i = 0; i < kChains; ++i) sum[i] = V::Set(static_cast<float>(i));
  const auto a = V::Set(*sink);
  // Small, as f32 and as a pair of bf16.
  const auto b = V::Set(__builtin_bit_cast(float, uint32_t{0x0da20da2}));
  for (size_t round = 0; round < rounds; ++round) {
#pragma GCC unroll 24
    for (size_t i = 0; i < kChains; ++i) sum[i] = Ops::MultiplyAdd(sum[i], a, b);
  }
#pragma GCC unroll 24
  for (size_t i = 1; i < kChains; ++i) sum[0] = sum[0] + sum[i];
  *sink = V::Sum(sum[0]);
  return static_cast<double>(rounds) * kChains * V::kLanes * Ops::kProducts * 2;
}

}  // namespace
}  // namespace gram::diagnostics::peak

#endif  // GRAM_ENGINE_DIAGNOSTICS_PEAK_VECTOR_LOOP_H_
