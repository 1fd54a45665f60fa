// RMSNorm and the copy into activation type, for activations of either type.
#ifndef GRAM_ENGINE_KERNELS_VECTOR_RMS_NORM_H_
#define GRAM_ENGINE_KERNELS_VECTOR_RMS_NORM_H_

#include "engine/kernels/kernel_table.h"
#include "engine/kernels/vector/activation.h"
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
inline void StoreAll(size_t n, void* out, size_t panel_stride, const Value& value) {
  constexpr size_t kLanes = Activation::V::kLanes;
  auto* target = static_cast<typename Activation::Element*>(out);
  for (size_t i = 0; i < n; i += kLanes) {
    const size_t lanes = n - i < kLanes ? n - i : kLanes;
    Activation::Store(target + i / kPanelCols * panel_stride + i % kPanelCols, lanes,
                      value(i, lanes));
  }
}

template <class Activation>
void RmsNorm(const RmsNormArgs& args) {
  using V = typename Activation::V;
  const auto factor = V::Set(InverseRms<V>(args.x, args.n, args.eps));
  StoreAll<Activation>(args.n, args.out, args.out_panel_stride, [&](size_t i, size_t lanes) {
    return LoadFirst<V>(args.x + i, lanes) * factor * LoadFirst<V>(args.weight + i, lanes);
  });
}

template <class Activation>
void ToActivation(const float* x, size_t n, void* out) {
  using V = typename Activation::V;
  StoreAll<Activation>(n, out, kPanelCols,
                       [&](size_t i, size_t lanes) { return LoadFirst<V>(x + i, lanes); });
}

}  // namespace
}  // namespace gram::kernels::vector

#endif  // GRAM_ENGINE_KERNELS_VECTOR_RMS_NORM_H_
