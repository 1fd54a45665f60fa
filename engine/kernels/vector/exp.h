// The exponential function, and what is made of it: SiLU, GELU, tanh.
#ifndef GRAM_ENGINE_KERNELS_VECTOR_EXP_H_
#define GRAM_ENGINE_KERNELS_VECTOR_EXP_H_

#include <cstddef>

namespace gram::kernels::vector {
namespace {

constexpr float kLog2E = 1.44269504F;

/// The coefficient of r^6 in the Taylor series of 2^r, ln(2)^k / k!, and that of r^7.
constexpr float kExp2Sixth = 1.54035304e-4F;
constexpr float kExp2Seventh = 1.52527338e-5F;

/// (2^r - 1) / r for r in [-1/2, 1/2]. `last`: the coefficient of r^6, or what the series comes to
/// from there on.
template <class V>
inline typename V::Float Exp2Quotient(typename V::Float r, typename V::Float last) {
  auto p = V::MultiplyAdd(last, r, V::Set(1.33335581e-3F));
  p = V::MultiplyAdd(p, r, V::Set(9.61812911e-3F));
  p = V::MultiplyAdd(p, r, V::Set(5.55041087e-2F));
  p = V::MultiplyAdd(p, r, V::Set(2.40226507e-1F));
  return V::MultiplyAdd(p, r, V::Set(6.93147181e-1F));
}

/// 2^x for x <= 0; exactly 0 for x = -inf and below -150; NaN stays NaN.
template <class V>
inline typename V::Float Exp2NonPositive(typename V::Float x) {
  const auto scaled = V::Max(V::Set(-200.0F), x);
  const auto whole = V::Round(scaled);
  const auto r = scaled - whole;  // in [-1/2, 1/2]
  const auto p = V::MultiplyAdd(Exp2Quotient<V>(r, V::Set(kExp2Sixth)), r, V::Set(1.0F));
  return V::Scale(p, whole);
}

/// e^x for x <= 0, within 3 + 1.25 |x| ulp (x log2(e) is rounded); exactly 0 for x = -inf and below
/// -104.
template <class V>
inline typename V::Float ExpNonPositive(typename V::Float x) {
  return Exp2NonPositive<V>(x * V::Set(kLog2E));
}

/// The same for one value, by the same instructions.
template <class V>
inline float ExpNonPositive(float x) {
  return V::First(ExpNonPositive<V>(V::Set(x)));
}

/// y * sigmoid(x)
template <class V>
inline typename V::Float MultiplySigmoid(typename V::Float y, typename V::Float x) {
  const auto e = ExpNonPositive<V>(-V::Abs(x));
  // sigmoid(x) is 1 / (1 + e) for x >= 0 and e / (1 + e) below: no overflow on either side.
  return y * (V::WhereNegative(x, e, V::Set(1)) / (V::Set(1) + e));
}

/// y * sigmoid(y)
template <class V>
inline typename V::Float Silu(typename V::Float y) {
  return MultiplySigmoid<V>(y, y);
}

/// y / 2 * (1 + tanh(u)), u = sqrt(2 / pi) * (y + 0.044715 y^3), which is y * sigmoid(2 u): so
/// small results lose nothing to 1 + tanh.
template <class V>
inline typename V::Float GeluTanh(typename V::Float y) {
  constexpr float kFactor = 1.59576912F;         // 2 sqrt(2 / pi)
  constexpr float kCubeFactor = 7.13548163e-2F;  // and times 0.044715
  const auto slope = V::MultiplyAdd(y * y, V::Set(kCubeFactor), V::Set(kFactor));
  return MultiplySigmoid<V>(y, y * slope);
}

/// tanh(x), within 4 ulp; NaN stays NaN.
template <class V>
inline typename V::Float Tanh(typename V::Float x) {
  // 2^z - 1 = 2^n (2^r - 1) + (2^n - 1) for z = n + r: however near zero x is, nothing cancels.
  const auto z = V::Max(V::Set(-200.0F), V::Abs(x) * V::Set(-2 * kLog2E));
  const auto n = V::Round(z);
  const auto r = z - n;
  const auto last = V::MultiplyAdd(r, V::Set(kExp2Seventh), V::Set(kExp2Sixth));
  const auto power = V::Scale(V::Set(1.0F), n);
  const auto m = V::MultiplyAdd(Exp2Quotient<V>(r, last) * r, power, power - V::Set(1.0F));
  const auto size = V::Abs(m) / (V::Set(2.0F) + m);
  return V::WhereNegative(x, -size, size);
}

/// scores[i] = softcap * tanh(scores[i] * scale / softcap) for i < n, a multiple of kLanes. An
/// infinite score becomes NaN, not the cap: what has overflowed must show.
template <class V>
inline void CapScores(float* scores, size_t n, float scale, float softcap) {
  const auto factor = V::Set(scale / softcap);
  for (size_t i = 0; i < n; i += V::kLanes) {
    const auto score = V::Load(scores + i);
    const auto capped = V::Set(softcap) * Tanh<V>(score * factor);
    V::Store(scores + i, V::MultiplyAdd(score, V::Set(0.0F), capped));
  }
}

}  // namespace
}  // namespace gram::kernels::vector

#endif  // GRAM_ENGINE_KERNELS_VECTOR_EXP_H_
