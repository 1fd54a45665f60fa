// The exponential function, and SiLU from it.
#ifndef GRAM_ENGINE_KERNELS_VECTOR_EXP_H_
#define GRAM_ENGINE_KERNELS_VECTOR_EXP_H_

namespace gram::kernels::vector {
namespace {

constexpr float kLog2E = 1.44269504F;

/// 2^x for x <= 0; exactly 0 for x = -inf and below -150; NaN stays NaN.
template <class V>
inline typename V::Float Exp2NonPositive(typename V::Float x) {
  const auto scaled = V::Max(V::Set(-200.0F), x);
  const auto whole = V::Round(scaled);
  const auto r = scaled - whole;  // in [-1/2, 1/2]
  // 2^r by its Taylor series, ln(2)^k / k!.
  auto p = V::Set(1.54035304e-4F);
  p = V::MultiplyAdd(p, r, V::Set(1.33335581e-3F));
  p = V::MultiplyAdd(p, r, V::Set(9.61812911e-3F));
  p = V::MultiplyAdd(p, r, V::Set(5.55041087e-2F));
  p = V::MultiplyAdd(p, r, V::Set(2.40226507e-1F));
  p = V::MultiplyAdd(p, r, V::Set(6.93147181e-1F));
  p = V::MultiplyAdd(p, r, V::Set(1.0F));
  return V::Scale(p, whole);
}

/// e^x for x <= 0, within 2 ulp; exactly 0 for x = -inf and below -104.
template <class V>
inline typename V::Float ExpNonPositive(typename V::Float x) {
  return Exp2NonPositive<V>(x * V::Set(kLog2E));
}

/// The same for one value, by the same instructions.
template <class V>
inline float ExpNonPositive(float x) {
  return V::First(ExpNonPositive<V>(V::Set(x)));
}

/// y * sigmoid(y)
template <class V>
inline typename V::Float Silu(typename V::Float y) {
  const auto e = ExpNonPositive<V>(-V::Abs(y));
  // sigmoid(y) is 1 / (1 + e) for y >= 0 and e / (1 + e) below: no overflow on either side.
  return y * (V::WhereNegative(y, e, V::Set(1)) / (V::Set(1) + e));
}

}  // namespace
}  // namespace gram::kernels::vector

#endif  // GRAM_ENGINE_KERNELS_VECTOR_EXP_H_
