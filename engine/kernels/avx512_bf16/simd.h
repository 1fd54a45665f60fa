// What BF16 adds to the vector type of avx512.
#ifndef GRAM_ENGINE_KERNELS_AVX512_BF16_SIMD_H_
#define GRAM_ENGINE_KERNELS_AVX512_BF16_SIMD_H_

#include <immintrin.h>

#include <cstddef>
#include <cstdint>

#include "engine/kernels/avx512/simd.h"

namespace gram::kernels::avx512_bf16 {
namespace {

struct Vector : avx512::Vector {
  static Float DotPairs(Float sum, Float a, Float b) {
    return _mm512_dpbf16_ps(sum, reinterpret_cast<__m512bh>(a), reinterpret_cast<__m512bh>(b));
  }
  static void StoreRounded(uint16_t* p, size_t n, Float x) {
    _mm256_mask_storeu_epi16(p, FirstLanes(n), reinterpret_cast<__m256i>(_mm512_cvtneps_pbh(x)));
  }
};

}  // namespace
}  // namespace gram::kernels::avx512_bf16

#endif  // GRAM_ENGINE_KERNELS_AVX512_BF16_SIMD_H_
