// RMSNorm and the copy into activation type, bf16 out.
#include "engine/kernels/avx512/simd.h"
#include "engine/kernels/avx512_bf16/kernels.h"
#include "engine/kernels/avx512_bf16/simd.h"

namespace gram::kernels::avx512_bf16 {

using avx512::InverseRms;
using avx512::kLanes;
using avx512::TailMask;

void RmsNorm(const RmsNormArgs& args) {
  const __m512 factor = InverseRms(args.x, args.n, args.eps);
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
