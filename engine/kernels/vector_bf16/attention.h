// Flash attention on bf16 pairs: queries, keys, values and probabilities bf16, everything summed in
// f32.
#ifndef GRAM_ENGINE_KERNELS_VECTOR_BF16_ATTENTION_H_
#define GRAM_ENGINE_KERNELS_VECTOR_BF16_ATTENTION_H_

#include "engine/kernels/vector/attention.h"
#include "engine/kernels/vector_bf16/pairs.h"

namespace gram::kernels::vector_bf16 {
namespace {

template <class Vector>
struct Bf16Attention : PairProduct<Vector> {
  using V = Vector;
  static constexpr size_t kPair = PairOf(DType::kBf16);

  static void StoreProbabilities(const typename V::Float* p, float* out, size_t row) {
    auto* target = reinterpret_cast<uint16_t*>(out) + row * kBlockPositions;
    for (size_t v = 0; v < kBlockPositions / V::kLanes; ++v) {
      V::StoreRounded(target + v * V::kLanes, V::kLanes, p[v]);
    }
  }
  static void CopyQuery(const AttentionArgs& args, size_t token, size_t head, float* out,
                        size_t row) {
    const auto* q =
        static_cast<const uint16_t*>(args.q) + token * args.q_token_stride + head * args.padded_dim;
    auto* target = reinterpret_cast<uint16_t*>(out) + row * args.padded_dim;
    __builtin_memcpy(target, q, args.padded_dim * sizeof(uint16_t));
  }
  static void StoreOut(const AttentionArgs& args, size_t token, size_t head, const float* acc,
                       float factor) {
    auto* out = static_cast<uint16_t*>(args.out) + token * args.out_layout.row_stride +
                args.out_column + head * args.head_dim;
    for (size_t d = 0; d < args.head_dim; d += V::kLanes) {
      V::StoreRounded(out + d, args.head_dim - d, V::Load(acc + d) * V::Set(factor));
    }
  }
};

template <class V>
void Attention(const AttentionArgs& args) {
  vector::Attend<Bf16Attention<V>>(args);
}

}  // namespace
}  // namespace gram::kernels::vector_bf16

#endif  // GRAM_ENGINE_KERNELS_VECTOR_BF16_ATTENTION_H_
