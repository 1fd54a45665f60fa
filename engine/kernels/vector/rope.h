// Rotary position embedding.
#ifndef GRAM_ENGINE_KERNELS_VECTOR_ROPE_H_
#define GRAM_ENGINE_KERNELS_VECTOR_ROPE_H_

#include "engine/kernels/kernel_table.h"

namespace gram::kernels::vector {
namespace {

template <class V>
void Rope(const RopeArgs& args) {
  const size_t half = args.head_dim / 2;
  for (size_t i = 0; i < half; i += V::kLanes) {
    const size_t lanes = half - i;
    const auto a = V::Load(args.x + i, lanes);
    const auto b = V::Load(args.x + half + i, lanes);
    const auto cos = V::Load(args.cos + i, lanes);
    const auto sin = V::Load(args.sin + i, lanes);
    V::Store(args.out + i, lanes, V::MultiplyAdd(a, cos, -(b * sin)));
    V::Store(args.out + half + i, lanes, V::MultiplyAdd(b, cos, a * sin));
  }
}

}  // namespace
}  // namespace gram::kernels::vector

#endif  // GRAM_ENGINE_KERNELS_VECTOR_ROPE_H_
