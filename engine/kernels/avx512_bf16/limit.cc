// The machine's limit for bf16 products: dot products of pairs on registers.
#include "engine/kernels/avx512_bf16/kernels.h"
#include "engine/kernels/avx512_bf16/simd.h"

namespace gram::kernels::avx512_bf16 {

double MultiplyRegisters(size_t rounds, float* sink) {
  constexpr size_t kChains = 24;  // more than latency x ports, fewer than registers
  __m512 sum[kChains];
  for (size_t i = 0; i < kChains; ++i) sum[i] = _mm512_set1_ps(static_cast<float>(i));
  const __m512 a = _mm512_set1_ps(*sink);
  const __m512 b = _mm512_castsi512_ps(_mm512_set1_epi32(0x3c003c00));
  for (size_t round = 0; round < rounds; ++round) {
#pragma GCC unroll 24
    for (size_t i = 0; i < kChains; ++i) sum[i] = _mm512_dpbf16_ps(sum[i], AsBf16(a), AsBf16(b));
  }
  for (size_t i = 1; i < kChains; ++i) sum[0] = _mm512_add_ps(sum[0], sum[i]);
  *sink = Vector::Sum(sum[0]);
  return static_cast<double>(rounds) * kChains * 2 * Vector::kLanes * 2;
}

}  // namespace gram::kernels::avx512_bf16
