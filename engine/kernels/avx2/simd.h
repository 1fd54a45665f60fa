// 8 f32 lanes in AVX2 registers, with FMA: the vector type of vector/slots.h.
#ifndef GRAM_ENGINE_KERNELS_AVX2_SIMD_H_
#define GRAM_ENGINE_KERNELS_AVX2_SIMD_H_

#include <immintrin.h>

#include <cstddef>
#include <cstdint>

namespace gram::kernels::avx2 {
namespace {

struct Vector {
  using Float = __m256;
  static constexpr size_t kLanes = 8;
  // 6 x 2 accumulators + 2 of B + 1 broadcast: 15 of 16 registers.
  static constexpr size_t kTileRows = 6;
  static constexpr size_t kTileVectors = 2;

  /// All bits set in the first n lanes.
  static __m256i FirstLanes(size_t n) {
    const __m256i lane = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
    return _mm256_cmpgt_epi32(_mm256_set1_epi32(n < kLanes ? static_cast<int>(n) : 8), lane);
  }

  static Float Set(float x) { return _mm256_set1_ps(x); }
  static Float Spread(float x) { return Set(x); }
  static float First(Float x) { return _mm256_cvtss_f32(x); }
  static Float Load(const float* p) { return _mm256_loadu_ps(p); }
  static void Store(float* p, Float x) { _mm256_storeu_ps(p, x); }
  static Float Load(const float* p, size_t n) {
    return n >= kLanes ? Load(p) : _mm256_maskload_ps(p, FirstLanes(n));
  }
  static void Store(float* p, size_t n, Float x) {
    return n >= kLanes ? Store(p, x) : _mm256_maskstore_ps(p, FirstLanes(n), x);
  }
  static Float Widen(const uint16_t* p, size_t n) {
    uint16_t some[kLanes] = {};
    if (n < kLanes) {
      for (size_t i = 0; i < n; ++i) some[i] = p[i];
      p = some;
    }
    const __m128i narrow = _mm_loadu_si128(reinterpret_cast<const __m128i*>(p));
    return _mm256_castsi256_ps(_mm256_slli_epi32(_mm256_cvtepu16_epi32(narrow), 16));
  }
  static void WidenPairs(const uint32_t* p, Float* low, Float* high) {
    const __m256i pairs = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(p));
    *low = _mm256_castsi256_ps(_mm256_slli_epi32(pairs, 16));
    *high = _mm256_castsi256_ps(_mm256_and_si256(pairs, _mm256_set1_epi32(-65536)));
  }
  static Float FirstOr(Float x, size_t n, Float y) {
    return _mm256_blendv_ps(y, x, _mm256_castsi256_ps(FirstLanes(n)));
  }
  static Float MultiplyAdd(Float a, Float b, Float c) { return _mm256_fmadd_ps(a, b, c); }
  static Float Max(Float a, Float b) { return _mm256_max_ps(a, b); }
  static Float Abs(Float x) { return _mm256_andnot_ps(_mm256_set1_ps(-0.0F), x); }
  static Float Round(Float x) {
    return _mm256_round_ps(x, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
  }
  static Float WhereNegative(Float y, Float a, Float b) { return _mm256_blendv_ps(b, a, y); }
  static Float Scale(Float x, Float e) {
    // In two steps, since 2^-200 is no f32. The first is exact.
    const __m256i whole = _mm256_cvtps_epi32(e);
    const __m256i half = _mm256_srai_epi32(whole, 1);
    return x * PowerOfTwo(half) * PowerOfTwo(_mm256_sub_epi32(whole, half));
  }
  static float Sum(Float x) {
    const __m128 four = _mm_add_ps(_mm256_castps256_ps128(x), _mm256_extractf128_ps(x, 1));
    const __m128 two = _mm_add_ps(four, _mm_movehl_ps(four, four));
    return _mm_cvtss_f32(_mm_add_ss(two, _mm_movehdup_ps(two)));
  }
  static float Highest(Float x) {
    const __m128 four = _mm_max_ps(_mm256_castps256_ps128(x), _mm256_extractf128_ps(x, 1));
    const __m128 two = _mm_max_ps(four, _mm_movehl_ps(four, four));
    return _mm_cvtss_f32(_mm_max_ss(two, _mm_movehdup_ps(two)));
  }

 private:
  static Float PowerOfTwo(__m256i e) {
    return _mm256_castsi256_ps(_mm256_slli_epi32(_mm256_add_epi32(e, _mm256_set1_epi32(127)), 23));
  }
};

}  // namespace
}  // namespace gram::kernels::avx2

#endif  // GRAM_ENGINE_KERNELS_AVX2_SIMD_H_
