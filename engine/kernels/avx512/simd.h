// Vector helpers of this folder: 16 f32 lanes.
#ifndef GRAM_ENGINE_KERNELS_AVX512_SIMD_H_
#define GRAM_ENGINE_KERNELS_AVX512_SIMD_H_

#include <immintrin.h>

#include <cstddef>
#include <cstdint>

namespace gram::kernels::avx512 {
namespace {

constexpr size_t kLanes = 16;

/// Lanes 0 .. n - 1, for 1 <= n <= 16.
inline __mmask16 FirstLanes(size_t n) { return static_cast<__mmask16>((1U << n) - 1U); }

/// The mask for lanes i .. i + 15 of an array of n.
inline __mmask16 TailMask(size_t i, size_t n) {
  return n - i >= kLanes ? static_cast<__mmask16>(0xffff) : FirstLanes(n - i);
}

/// 1 / sqrt(mean(x^2) + eps) of x [n] in all lanes: what RMSNorm multiplies by.
inline __m512 InverseRms(const float* x, size_t n, float eps) {
  __m512 squares = _mm512_setzero_ps();
  for (size_t i = 0; i < n; i += kLanes) {
    const __m512 value = _mm512_maskz_loadu_ps(TailMask(i, n), x + i);
    squares = _mm512_fmadd_ps(value, value, squares);
  }
  const float mean = _mm512_reduce_add_ps(squares) / static_cast<float>(n);
  return _mm512_set1_ps(1.0F / __builtin_sqrtf(mean + eps));
}

/// e^x for x <= 0, within 2 ulp; exactly 0 for x = -inf and below -104.
inline __m512 ExpNonPositive(__m512 x) {
  const __m512 scaled =
      _mm512_max_ps(_mm512_mul_ps(x, _mm512_set1_ps(1.44269504F)), _mm512_set1_ps(-200.0F));
  const __m512 whole = _mm512_roundscale_ps(scaled, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
  const __m512 r = _mm512_sub_ps(scaled, whole);  // in [-1/2, 1/2]
  // 2^r by its Taylor series, ln(2)^k / k!.
  __m512 p = _mm512_set1_ps(1.54035304e-4F);
  p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(1.33335581e-3F));
  p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(9.61812911e-3F));
  p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(5.55041087e-2F));
  p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(2.40226507e-1F));
  p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(6.93147181e-1F));
  p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(1.0F));
  return _mm512_scalef_ps(p, whole);
}

/// The same for one value, by the same instructions.
inline float ExpNonPositive(float x) { return _mm512_cvtss_f32(ExpNonPositive(_mm512_set1_ps(x))); }

}  // namespace
}  // namespace gram::kernels::avx512

#endif  // GRAM_ENGINE_KERNELS_AVX512_SIMD_H_
