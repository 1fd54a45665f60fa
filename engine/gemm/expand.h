// bf16 weight blocks as f32, in the f32 variant of the same packed layout.
#ifndef GRAM_ENGINE_GEMM_EXPAND_H_
#define GRAM_ENGINE_GEMM_EXPAND_H_

#include "engine/gemm/packed_weight.h"

namespace gram::gemm {

/// Expands block `index` of the bf16 weight `w` into `block`, laid out as a block of an f32
/// PackedWeight with the same n and k: [Kp][64] with Kp = k rounded up to 16.
inline void ExpandBlock(const PackedWeight& w, size_t index, float* block) {
  const size_t rows = PackedWeight{nullptr, w.n, w.k, WeightType::kF32}.padded_k();
  const Bf16* source = static_cast<const Bf16*>(w.data) + index * w.block_elements();
  for (size_t k = 0; k < rows; ++k) {
    const Bf16* pairs = source + k / 2 * kBlockCols * 2 + k % 2;
    for (size_t n = 0; n < kBlockCols; ++n) block[k * kBlockCols + n] = ToFloat(pairs[n * 2]);
  }
}

}  // namespace gram::gemm

#endif  // GRAM_ENGINE_GEMM_EXPAND_H_
