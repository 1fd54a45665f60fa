// The machine's limit for f32 products: fused multiply-adds on registers.
#include "engine/kernels/avx512/kernels.h"
#include "engine/kernels/avx512/simd.h"

namespace gram::kernels::avx512 {

double MultiplyRegisters(size_t rounds, float* sink) {
  constexpr size_t kChains = 24;  // more than latency x ports, fewer than registers
  __m512 sum[kChains];
  for (size_t i = 0; i < kChains; ++i) sum[i] = _mm512_set1_ps(static_cast<float>(i));
  const __m512 a = _mm512_set1_ps(*sink);
  const __m512 b = _mm512_set1_ps(1e-30F);
  for (size_t round = 0; round < rounds; ++round) {
#pragma GCC unroll 24
    for (size_t i = 0; i < kChains; ++i) sum[i] = _mm512_fmadd_ps(a, b, sum[i]);
  }
  for (size_t i = 1; i < kChains; ++i) sum[0] = _mm512_add_ps(sum[0], sum[i]);
  *sink = _mm512_reduce_add_ps(sum[0]);
  return static_cast<double>(rounds) * kChains * kLanes * 2;
}

}  // namespace gram::kernels::avx512
