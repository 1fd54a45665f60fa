// RMSNorm and the copy into activation type, bf16 out.
#include "engine/kernels/avx512/simd.h"
#include "engine/kernels/avx512_bf16/kernels.h"
#include "engine/kernels/avx512_bf16/simd.h"

namespace gram::kernels::avx512_bf16 {

using avx512::kLanes;
using avx512::TailMask;

void RmsNorm(const RmsNormArgs& args) {
  __m512 squares = _mm512_setzero_ps();
  for (size_t i = 0; i < args.n; i += kLanes) {
    const __m512 x = _mm512_maskz_loadu_ps(TailMask(i, args.n), args.x + i);
    squares = _mm512_fmadd_ps(x, x, squares);
  }
  const float mean = _mm512_reduce_add_ps(squares) / static_cast<float>(args.n);
  const __m512 factor = _mm512_set1_ps(1.0F / __builtin_sqrtf(mean + args.eps));
  auto* out = static_cast<uint16_t*>(args.out);
  for (size_t i = 0; i < args.n; i += kLanes) {
    const __mmask16 lanes = TailMask(i, args.n);
    const __m512 x = _mm512_mul_ps(_mm512_maskz_loadu_ps(lanes, args.x + i), factor);
    StoreRounded(out + i, lanes, _mm512_mul_ps(x, _mm512_maskz_loadu_ps(lanes, args.weight + i)));
  }
}

void ToActivation(const float* x, size_t n, void* out) {
  auto* target = static_cast<uint16_t*>(out);
  for (size_t i = 0; i < n; i += kLanes) {
    const __mmask16 lanes = TailMask(i, n);
    StoreRounded(target + i, lanes, _mm512_maskz_loadu_ps(lanes, x + i));
  }
}

}  // namespace gram::kernels::avx512_bf16
