// The kernel table of a vector type: f32 activations, everything from this folder.
#ifndef GRAM_ENGINE_KERNELS_VECTOR_TABLE_H_
#define GRAM_ENGINE_KERNELS_VECTOR_TABLE_H_

#include "engine/kernels/kernel_table.h"
#include "engine/kernels/vector/attention.h"
#include "engine/kernels/vector/multiply.h"
#include "engine/kernels/vector/rows.h"

namespace gram::kernels::vector {
namespace {

template <class V>
constexpr KernelTable TableOf(const char* isa) {
  return {.isa = isa,
          .activations = DType::kF32,
          .panels = false,
          .chunk_rows = kChunkRows,
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
          .dot_f32 = DotF32<V>};
}

}  // namespace
}  // namespace gram::kernels::vector

#endif  // GRAM_ENGINE_KERNELS_VECTOR_TABLE_H_
