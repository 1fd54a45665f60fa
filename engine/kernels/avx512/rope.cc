// Rotary position embedding.
#include "engine/kernels/avx512/kernels.h"
#include "engine/kernels/avx512/simd.h"

namespace gram::kernels::avx512 {

void Rope(const RopeArgs& args) {
  const size_t half = args.head_dim / 2;
  for (size_t i = 0; i < half; i += kLanes) {
    const __mmask16 lanes = TailMask(i, half);
    const __m512 a = _mm512_maskz_loadu_ps(lanes, args.x + i);
    const __m512 b = _mm512_maskz_loadu_ps(lanes, args.x + half + i);
    const __m512 cos = _mm512_maskz_loadu_ps(lanes, args.cos + i);
    const __m512 sin = _mm512_maskz_loadu_ps(lanes, args.sin + i);
    _mm512_mask_storeu_ps(args.out + i, lanes, _mm512_fmsub_ps(a, cos, _mm512_mul_ps(b, sin)));
    _mm512_mask_storeu_ps(args.out + half + i, lanes,
                          _mm512_fmadd_ps(b, cos, _mm512_mul_ps(a, sin)));
  }
}

}  // namespace gram::kernels::avx512
