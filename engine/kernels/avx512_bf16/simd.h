// What BF16 adds to the vector helpers of avx512.
#ifndef GRAM_ENGINE_KERNELS_AVX512_BF16_SIMD_H_
#define GRAM_ENGINE_KERNELS_AVX512_BF16_SIMD_H_

#include <immintrin.h>

#include <cstddef>
#include <cstdint>

#include "engine/kernels/avx512/simd.h"

namespace gram::kernels::avx512_bf16 {
namespace {

using avx512::Vector;

inline __m512bh AsBf16(__m512 lanes) { return reinterpret_cast<__m512bh>(lanes); }

/// The tile arithmetic of bf16 pairs: sum + a.low * b.low + a.high * b.high, lane by lane.
struct DotProduct {
  using V = Vector;

  static __m512 MultiplyAdd(__m512 sum, __m512 a, __m512 b) {
    return _mm512_dpbf16_ps(sum, AsBf16(a), AsBf16(b));
  }
};

/// The first n lanes of x, rounded to nearest even, as 16-bit elements.
inline void StoreRounded(uint16_t* out, size_t n, __m512 x) {
  _mm256_mask_storeu_epi16(out, Vector::FirstLanes(n),
                           reinterpret_cast<__m256i>(_mm512_cvtneps_pbh(x)));
}

}  // namespace
}  // namespace gram::kernels::avx512_bf16

#endif  // GRAM_ENGINE_KERNELS_AVX512_BF16_SIMD_H_
