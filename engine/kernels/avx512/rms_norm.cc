// RMSNorm and the copy into activation type, f32 out.
#include "engine/kernels/avx512/kernels.h"
#include "engine/kernels/avx512/simd.h"

namespace gram::kernels::avx512 {

void RmsNorm(const RmsNormArgs& args) {
  const __m512 factor = InverseRms(args.x, args.n, args.eps);
  auto* out = static_cast<float*>(args.out);
  for (size_t i = 0; i < args.n; i += kLanes) {
    const __mmask16 lanes = TailMask(i, args.n);
    const __m512 x = _mm512_mul_ps(_mm512_maskz_loadu_ps(lanes, args.x + i), factor);
    _mm512_mask_storeu_ps(out + i, lanes,
                          _mm512_mul_ps(x, _mm512_maskz_loadu_ps(lanes, args.weight + i)));
  }
}

void ToActivation(const float* x, size_t n, void* out) {
  auto* target = static_cast<float*>(out);
  for (size_t i = 0; i < n; i += kLanes) {
    const __mmask16 lanes = TailMask(i, n);
    _mm512_mask_storeu_ps(target + i, lanes, _mm512_maskz_loadu_ps(lanes, x + i));
  }
}

}  // namespace gram::kernels::avx512
