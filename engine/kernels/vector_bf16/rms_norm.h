// RMSNorm and the copy into activation type, bf16 out.
#ifndef GRAM_ENGINE_KERNELS_VECTOR_BF16_RMS_NORM_H_
#define GRAM_ENGINE_KERNELS_VECTOR_BF16_RMS_NORM_H_

#include "engine/kernels/vector/rms_norm.h"

namespace gram::kernels::vector_bf16 {
namespace {

template <class V>
void RmsNorm(const RmsNormArgs& args) {
  const auto factor = V::Set(vector::InverseRms<V>(args.x, args.n, args.eps));
  auto* out = static_cast<uint16_t*>(args.out);
  for (size_t i = 0; i < args.n; i += V::kLanes) {
    const size_t lanes = args.n - i;
    V::StoreRounded(out + i, lanes,
                    V::Load(args.x + i, lanes) * factor * V::Load(args.weight + i, lanes));
  }
}

template <class V>
void ToActivation(const float* x, size_t n, void* out) {
  auto* target = static_cast<uint16_t*>(out);
  for (size_t i = 0; i < n; i += V::kLanes) {
    V::StoreRounded(target + i, n - i, V::Load(x + i, n - i));
  }
}

}  // namespace
}  // namespace gram::kernels::vector_bf16

#endif  // GRAM_ENGINE_KERNELS_VECTOR_BF16_RMS_NORM_H_
