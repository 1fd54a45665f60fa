// Dot products of the readout.
#ifndef GRAM_ENGINE_KERNELS_VECTOR_DOT_H_
#define GRAM_ENGINE_KERNELS_VECTOR_DOT_H_

#include "engine/kernels/vector/slots.h"

namespace gram::kernels::vector {
namespace {

/// Sum of x[i] times what load(i, lanes) gives for the lanes at i.
template <class V, class LoadOther>
inline float Dot(const float* x, size_t n, const LoadOther& load) {
  auto sums = ZeroSlots<V>();
  for (size_t i = 0; i < n; i += kSlots) {
    for (size_t part = 0; part < sums.kParts; ++part) {
      const size_t at = i + part * V::kLanes;
      const size_t lanes = LanesLeft(at, n);
      sums.part[part] = V::MultiplyAdd(V::Load(x + at, lanes), load(at, lanes), sums.part[part]);
    }
  }
  return sums.Sum();
}

template <class V>
float DotBf16(const float* x, const uint16_t* y, size_t n) {
  return Dot<V>(x, n, [&](size_t at, size_t lanes) { return V::Widen(y + at, lanes); });
}

template <class V>
float DotF32(const float* x, const float* y, size_t n) {
  return Dot<V>(x, n, [&](size_t at, size_t lanes) { return V::Load(y + at, lanes); });
}

}  // namespace
}  // namespace gram::kernels::vector

#endif  // GRAM_ENGINE_KERNELS_VECTOR_DOT_H_
