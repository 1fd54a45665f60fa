// What the kernels of this folder ask of a vector type, beyond what vector/slots.h does.
//
//   DotPairs(sum, a, b)    sum + a.low * b.low + a.high * b.high, lane by lane, of pairs of bf16;
//                          a: a Float or what Spread gives
//   StoreRounded(p, n, x)  the first n lanes as bf16, rounded to nearest even; n may be 0 or exceed
//                          kLanes
#ifndef GRAM_ENGINE_KERNELS_VECTOR_BF16_PAIRS_H_
#define GRAM_ENGINE_KERNELS_VECTOR_BF16_PAIRS_H_

#include <cstddef>
#include <cstdint>

namespace gram::kernels::vector_bf16 {
namespace {

/// Activations that are stored as bf16.
template <class Vector>
struct Bf16Activation {
  using V = Vector;
  using Element = uint16_t;
  static typename V::Float Load(const uint16_t* p, size_t n) { return V::Widen(p, n); }
  static void Store(uint16_t* p, size_t n, typename V::Float x) { V::StoreRounded(p, n, x); }
};

/// The tile arithmetic of bf16 pairs (vector/tile.h).
template <class Vector>
struct PairProduct {
  using V = Vector;
  using Float = typename V::Float;
  static constexpr size_t kProducts = 2;  // a lane

  template <class Factor>
  static Float MultiplyAdd(Float sum, Factor a, Float b) {
    return V::DotPairs(sum, a, b);
  }
};

}  // namespace
}  // namespace gram::kernels::vector_bf16

#endif  // GRAM_ENGINE_KERNELS_VECTOR_BF16_PAIRS_H_
