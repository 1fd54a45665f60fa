// Flash attention in f32.
#include "engine/kernels/avx512/flash.h"
#include "engine/kernels/avx512/kernels.h"

namespace gram::kernels::avx512 {
namespace {

struct F32Ops {
  static constexpr size_t kPair = 1;

  static __m512 MultiplyAdd(__m512 sum, __m512i a, __m512i b) {
    return _mm512_fmadd_ps(_mm512_castsi512_ps(a), _mm512_castsi512_ps(b), sum);
  }
  static void StoreProbabilities(const __m512* p, float* out, size_t row) {
    for (size_t v = 0; v < kTileVectors; ++v) {
      _mm512_storeu_ps(out + row * kBlockPositions + v * kLanes, p[v]);
    }
  }
  static void CopyQuery(const AttentionArgs& args, size_t token, size_t head, float* out,
                        size_t row) {
    const float* q =
        static_cast<const float*>(args.q) + token * args.q_token_stride + head * args.padded_dim;
    for (size_t d = 0; d < args.padded_dim; d += kLanes) {
      _mm512_storeu_ps(out + row * args.padded_dim + d, _mm512_loadu_ps(q + d));
    }
  }
  static void StoreOut(const AttentionArgs& args, size_t token, size_t head, const float* acc,
                       float factor) {
    float* out =
        static_cast<float*>(args.out) + token * args.out_token_stride + head * args.head_dim;
    for (size_t d = 0; d < args.head_dim; d += kLanes) {
      _mm512_mask_storeu_ps(out + d, TailMask(d, args.head_dim),
                            _mm512_mul_ps(_mm512_loadu_ps(acc + d), _mm512_set1_ps(factor)));
    }
  }
};

}  // namespace

void Attention(const AttentionArgs& args) { Attend<F32Ops>(args); }

}  // namespace gram::kernels::avx512
