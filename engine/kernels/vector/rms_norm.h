// RMSNorm and the copy into activation type, f32 out.
#ifndef GRAM_ENGINE_KERNELS_VECTOR_RMS_NORM_H_
#define GRAM_ENGINE_KERNELS_VECTOR_RMS_NORM_H_

#include "engine/kernels/kernel_table.h"
#include "engine/kernels/vector/slots.h"

namespace gram::kernels::vector {
namespace {

/// 1 / sqrt(mean(x^2) + eps) of x [n]: what RMSNorm multiplies by.
template <class V>
inline float InverseRms(const float* x, size_t n, float eps) {
  auto squares = ZeroSlots<V>();
  for (size_t i = 0; i < n; i += kSlots) {
    for (size_t part = 0; part < squares.kParts; ++part) {
      const size_t at = i + part * V::kLanes;
      const auto value = V::Load(x + at, LanesLeft(at, n));
      squares.part[part] = V::MultiplyAdd(value, value, squares.part[part]);
    }
  }
  const float mean = squares.Sum() / static_cast<float>(n);
  return 1.0F / __builtin_sqrtf(mean + eps);
}

template <class V>
void RmsNorm(const RmsNormArgs& args) {
  const auto factor = V::Set(InverseRms<V>(args.x, args.n, args.eps));
  auto* out = static_cast<float*>(args.out);
  for (size_t i = 0; i < args.n; i += V::kLanes) {
    const size_t lanes = args.n - i;
    V::Store(out + i, lanes, V::Load(args.x + i, lanes) * factor * V::Load(args.weight + i, lanes));
  }
}

template <class V>
void ToActivation(const float* x, size_t n, void* out) {
  auto* target = static_cast<float*>(out);
  for (size_t i = 0; i < n; i += V::kLanes) V::Store(target + i, n - i, V::Load(x + i, n - i));
}

}  // namespace
}  // namespace gram::kernels::vector

#endif  // GRAM_ENGINE_KERNELS_VECTOR_RMS_NORM_H_
