// 16 f32 lanes in AVX-512 registers: the vector type of vector/slots.h.
#ifndef GRAM_ENGINE_KERNELS_AVX512_SIMD_H_
#define GRAM_ENGINE_KERNELS_AVX512_SIMD_H_

#include <immintrin.h>

#include <cstddef>
#include <cstdint>

namespace gram::kernels::avx512 {
namespace {

struct Vector {
  using Float = __m512;
  static constexpr size_t kLanes = 16;
  // 6 x 4 accumulators + 4 of B + 1 broadcast: 29 of 32 registers.
  static constexpr size_t kTileRows = 6;
  static constexpr size_t kTileVectors = 4;

  static __mmask16 FirstLanes(size_t n) {
    return n >= kLanes ? static_cast<__mmask16>(0xffff) : static_cast<__mmask16>((1U << n) - 1U);
  }

  static Float Set(float x) { return _mm512_set1_ps(x); }
  static Float Spread(float x) { return Set(x); }
  static float First(Float x) { return _mm512_cvtss_f32(x); }
  static Float Load(const float* p) { return _mm512_loadu_ps(p); }
  static void Store(float* p, Float x) { _mm512_storeu_ps(p, x); }
  static Float Load(const float* p, size_t n) { return _mm512_maskz_loadu_ps(FirstLanes(n), p); }
  static void Store(float* p, size_t n, Float x) { _mm512_mask_storeu_ps(p, FirstLanes(n), x); }
  static Float Widen(const uint16_t* p, size_t n) {
    const __m512i wide = _mm512_cvtepu16_epi32(_mm256_maskz_loadu_epi16(FirstLanes(n), p));
    return _mm512_castsi512_ps(_mm512_slli_epi32(wide, 16));
  }
  static void WidenPairs(const uint32_t* p, Float* low, Float* high) {
    const __m512i pairs = _mm512_loadu_si512(p);
    *low = _mm512_castsi512_ps(_mm512_slli_epi32(pairs, 16));
    *high = _mm512_castsi512_ps(_mm512_and_si512(pairs, _mm512_set1_epi32(-65536)));
  }
  static Float FirstOr(Float x, size_t n, Float y) {
    return _mm512_mask_mov_ps(y, FirstLanes(n), x);
  }
  static Float MultiplyAdd(Float a, Float b, Float c) { return _mm512_fmadd_ps(a, b, c); }
  static Float Max(Float a, Float b) { return _mm512_max_ps(a, b); }
  static Float Abs(Float x) { return _mm512_abs_ps(x); }
  static Float Round(Float x) {
    return _mm512_roundscale_ps(x, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
  }
  static Float WhereNegative(Float y, Float a, Float b) {
    return _mm512_mask_mov_ps(b, _mm512_movepi32_mask(_mm512_castps_si512(y)), a);
  }
  static Float Scale(Float x, Float e) { return _mm512_scalef_ps(x, e); }
  static float Sum(Float x) {
    const __m256 eight = _mm256_add_ps(_mm512_castps512_ps256(x), _mm512_extractf32x8_ps(x, 1));
    const __m128 four = _mm_add_ps(_mm256_castps256_ps128(eight), _mm256_extractf128_ps(eight, 1));
    const __m128 two = _mm_add_ps(four, _mm_movehl_ps(four, four));
    return _mm_cvtss_f32(_mm_add_ss(two, _mm_movehdup_ps(two)));
  }
  static float Highest(Float x) { return _mm512_reduce_max_ps(x); }
};

}  // namespace
}  // namespace gram::kernels::avx512

#endif  // GRAM_ENGINE_KERNELS_AVX512_SIMD_H_
