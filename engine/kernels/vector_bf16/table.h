// The kernel table of a vector type with bf16 pairs: bf16 activations. What has no bf16 in it is
// that of vector/.
#ifndef GRAM_ENGINE_KERNELS_VECTOR_BF16_TABLE_H_
#define GRAM_ENGINE_KERNELS_VECTOR_BF16_TABLE_H_

#include "engine/kernels/vector/table.h"
#include "engine/kernels/vector_bf16/attention.h"
#include "engine/kernels/vector_bf16/multiply.h"

namespace gram::kernels::vector_bf16 {
namespace {

template <class V>
constexpr KernelTable TableOf(const char* isa) {
  KernelTable table = vector::TableOf<V>(isa);
  table.activations = DType::kBf16;
  table.rms_norm = vector::RmsNorm<Bf16Activation<V>>;
  table.to_activation = vector::ToActivation<Bf16Activation<V>>;
  table.attention = Attention<V>;
  table.multiply = Multiply<V>;
  return table;
}

}  // namespace
}  // namespace gram::kernels::vector_bf16

#endif  // GRAM_ENGINE_KERNELS_VECTOR_BF16_TABLE_H_
