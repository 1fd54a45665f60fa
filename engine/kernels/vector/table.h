// The kernel table of a vector type: f32 activations, everything from this folder.
#ifndef GRAM_ENGINE_KERNELS_VECTOR_TABLE_H_
#define GRAM_ENGINE_KERNELS_VECTOR_TABLE_H_

#include <cstddef>
#include <cstdint>

#include "engine/kernels/kernel_table.h"
#include "engine/kernels/vector/attention.h"
#include "engine/kernels/vector/multiply.h"
#include "engine/kernels/vector/rows.h"

namespace gram::kernels::vector {
namespace {

/// Ops: the tile arithmetic (tile.h) whose peak it is.
template <class Ops>
double MultiplyRegisters(size_t rounds, float* sink) {
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

template <class V>
constexpr KernelTable TableOf(const char* isa) {
  return {.isa = isa,
          .activations = DType::kF32,
          .panels = false,
          .query_rows = kQueryRows,
          .multiply_blocks = 1,
          .multiply_rows = V::kTileRows,
          .rms_norm = RmsNorm<F32Activation<V>>,
          .rms_norm_f32 = RmsNorm<F32Activation<V>>,
          .rope = Rope<V>,
          .to_activation = ToActivation<F32Activation<V>>,
          .attention = Attention<V>,
          .multiply = Multiply<V>,
          .dot_bf16 = DotBf16<V>,
          .dot_f32 = DotF32<V>,
          .multiply_registers = MultiplyRegisters<F32Product<V>>};
}

}  // namespace
}  // namespace gram::kernels::vector

#endif  // GRAM_ENGINE_KERNELS_VECTOR_TABLE_H_
