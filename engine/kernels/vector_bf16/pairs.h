// What the kernels of this folder ask of a vector type, beyond what vector/slots.h does.
//
//   DotPairs(sum, a, b)    sum + a.low * b.low + a.high * b.high, lane by lane, of pairs of bf16
//   StoreRounded(p, n, x)  the first n lanes as bf16, rounded to nearest even; n may be 0 or exceed
//                          kLanes
#ifndef GRAM_ENGINE_KERNELS_VECTOR_BF16_PAIRS_H_
#define GRAM_ENGINE_KERNELS_VECTOR_BF16_PAIRS_H_

namespace gram::kernels::vector_bf16 {
namespace {

/// The tile arithmetic of bf16 pairs (vector/tile.h).
template <class Vector>
struct PairProduct {
  using V = Vector;
  using Float = typename V::Float;

  template <class Factor>
  static Float MultiplyAdd(Float sum, Factor a, Float b) {
    return V::DotPairs(sum, a, b);
  }
};

}  // namespace
}  // namespace gram::kernels::vector_bf16

#endif  // GRAM_ENGINE_KERNELS_VECTOR_BF16_PAIRS_H_
