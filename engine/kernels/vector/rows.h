// What is done to one row of numbers: RMSNorm, the copy into activation type, rotary embedding, dot
// products.
#ifndef GRAM_ENGINE_KERNELS_VECTOR_ROWS_H_
#define GRAM_ENGINE_KERNELS_VECTOR_ROWS_H_

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

/// out[i] = value(i, lanes) for i = 0, kLanes, .. below n, lanes elements each, `out` a row of an
/// activation matrix.
template <class Activation, class Value>
inline void StoreAll(size_t n, void* out, const ActivationLayout& layout, const Value& value) {
  constexpr size_t kLanes = Activation::V::kLanes;
  auto* target = static_cast<typename Activation::Element*>(out);
  for (size_t i = 0; i < n; i += kLanes) {
    const size_t lanes = n - i < kLanes ? n - i : kLanes;
    Activation::Store(target + layout.At(0, i), lanes, value(i, lanes));
  }
}

template <class Activation>
void RmsNorm(const RmsNormArgs& args) {
  using V = typename Activation::V;
  const auto factor = V::Set(InverseRms<V>(args.x, args.n, args.eps));
  StoreAll<Activation>(args.n, args.out, args.out_layout, [&](size_t i, size_t lanes) {
    return LoadFirst<V>(args.x + i, lanes) * factor * LoadFirst<V>(args.weight + i, lanes);
  });
}

template <class Activation>
void ToActivation(const float* x, size_t n, void* out) {
  using V = typename Activation::V;
  StoreAll<Activation>(n, out, ActivationLayout{},
                       [&](size_t i, size_t lanes) { return LoadFirst<V>(x + i, lanes); });
}

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

#endif  // GRAM_ENGINE_KERNELS_VECTOR_ROWS_H_
