// Dot products of the readout.
#include "engine/kernels/avx512/kernels.h"
#include "engine/kernels/avx512/simd.h"

namespace gram::kernels::avx512 {

float DotBf16(const float* x, const uint16_t* y, size_t n) {
  __m512 sum = _mm512_setzero_ps();
  for (size_t i = 0; i < n; i += kLanes) {
    const __mmask16 lanes = TailMask(i, n);
    const __m512i wide = _mm512_cvtepu16_epi32(_mm256_maskz_loadu_epi16(lanes, y + i));
    sum = _mm512_fmadd_ps(_mm512_maskz_loadu_ps(lanes, x + i),
                          _mm512_castsi512_ps(_mm512_slli_epi32(wide, 16)), sum);
  }
  return _mm512_reduce_add_ps(sum);
}

float DotF32(const float* x, const float* y, size_t n) {
  __m512 sum = _mm512_setzero_ps();
  for (size_t i = 0; i < n; i += kLanes) {
    const __mmask16 lanes = TailMask(i, n);
    sum = _mm512_fmadd_ps(_mm512_maskz_loadu_ps(lanes, x + i), _mm512_maskz_loadu_ps(lanes, y + i),
                          sum);
  }
  return _mm512_reduce_add_ps(sum);
}

}  // namespace gram::kernels::avx512
