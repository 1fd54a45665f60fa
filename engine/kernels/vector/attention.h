// Flash attention in f32.
#ifndef GRAM_ENGINE_KERNELS_VECTOR_ATTENTION_H_
#define GRAM_ENGINE_KERNELS_VECTOR_ATTENTION_H_

#include "engine/kernels/kernel_table.h"
#include "engine/kernels/vector/flash.h"

namespace gram::kernels::vector {
namespace {

template <class Vector>
struct F32Attention : F32Product<Vector> {
  using V = Vector;
  static constexpr size_t kPair = PairOf(DType::kF32);

  static void StoreProbabilities(const typename V::Float* p, float* out, size_t row) {
    for (size_t v = 0; v < kBlockPositions / V::kLanes; ++v) {
      V::Store(out + row * kBlockPositions + v * V::kLanes, p[v]);
    }
  }
  static void CopyQuery(const AttentionArgs& args, size_t token, size_t head, float* out,
                        size_t row) {
    const float* q =
        static_cast<const float*>(args.q) + token * args.q_token_stride + head * args.padded_dim;
    for (size_t d = 0; d < args.padded_dim; d += V::kLanes) {
      V::Store(out + row * args.padded_dim + d, V::Load(q + d));
    }
  }
  static void StoreOut(const AttentionArgs& args, size_t token, size_t head, const float* acc,
                       float factor) {
    float* out = static_cast<float*>(args.out) + token * args.out_token_stride + args.out_column +
                 head * args.head_dim;
    for (size_t d = 0; d < args.head_dim; d += V::kLanes) {
      V::Store(out + d, args.head_dim - d, V::Load(acc + d) * V::Set(factor));
    }
  }
};

template <class V>
void Attention(const AttentionArgs& args) {
  Attend<F32Attention<V>>(args);
}

}  // namespace
}  // namespace gram::kernels::vector

#endif  // GRAM_ENGINE_KERNELS_VECTOR_ATTENTION_H_
