// Flash attention on bf16 pairs: queries, keys, values and probabilities bf16, everything summed in
// f32.
#include "engine/kernels/avx512_bf16/kernels.h"
#include "engine/kernels/avx512_bf16/simd.h"
#include "engine/kernels/vector/flash.h"

namespace gram::kernels::avx512_bf16 {
namespace {

constexpr size_t kLanes = Vector::kLanes;

struct Bf16Ops : DotProduct {
  static constexpr size_t kPair = 2;

  static void StoreProbabilities(const __m512* p, float* out, size_t row) {
    auto* target = reinterpret_cast<uint16_t*>(out) + row * kBlockPositions;
    for (size_t v = 0; v < kBlockPositions / kLanes; ++v) {
      StoreRounded(target + v * kLanes, kLanes, p[v]);
    }
  }
  static void CopyQuery(const AttentionArgs& args, size_t token, size_t head, float* out,
                        size_t row) {
    const auto* q =
        static_cast<const uint16_t*>(args.q) + token * args.q_token_stride + head * args.padded_dim;
    auto* target = reinterpret_cast<uint16_t*>(out) + row * args.padded_dim;
    for (size_t d = 0; d < args.padded_dim; d += kLanes) {
      _mm256_storeu_si256(reinterpret_cast<__m256i*>(target + d),
                          _mm256_loadu_si256(reinterpret_cast<const __m256i*>(q + d)));
    }
  }
  static void StoreOut(const AttentionArgs& args, size_t token, size_t head, const float* acc,
                       float factor) {
    auto* out =
        static_cast<uint16_t*>(args.out) + token * args.out_token_stride + head * args.head_dim;
    for (size_t d = 0; d < args.head_dim; d += kLanes) {
      StoreRounded(out + d, args.head_dim - d,
                   _mm512_mul_ps(_mm512_loadu_ps(acc + d), _mm512_set1_ps(factor)));
    }
  }
};

}  // namespace

void Attention(const AttentionArgs& args) { vector::Attend<Bf16Ops>(args); }

}  // namespace gram::kernels::avx512_bf16
