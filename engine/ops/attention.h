// Attention of a chunk's queries to the K/V blocks of their prompts, spread over threads.
#ifndef GRAM_ENGINE_OPS_ATTENTION_H_
#define GRAM_ENGINE_OPS_ATTENTION_H_

#include <cstddef>
#include <span>
#include <vector>

#include "engine/base/aligned_buffer.h"
#include "engine/ops/compute.h"

namespace gram::ops {

/// The attention's head counts and the bytes of a K/V block (see kernels::AttentionArgs for its
/// inside).
struct HeadShape {
  size_t heads = 0;           ///< H
  size_t kv_heads = 0;        ///< K
  size_t head_dim = 0;        ///< Dh
  size_t padded_dim = 0;      ///< Dh rounded up to kernels::kHeadUnit
  DType dtype = DType::kF32;  ///< of activations

  size_t element_bytes() const { return ElementBytes(dtype); }
  /// K (or V) of one kv head in one block.
  size_t head_block_bytes() const {
    return kernels::kBlockPositions * padded_dim * element_bytes();
  }
  /// K and V of all kv heads in one block: [kv_heads]{K, V}.
  size_t block_bytes() const { return 2 * kv_heads * head_block_bytes(); }
};

/// How a layer's attention makes probabilities of q . k; see kernels::AttentionArgs.
struct ScoreRule {
  float scale;        ///< ScoreScale of head_dim, or of what the model gives instead
  float softcap = 0;  ///< 0: none
  size_t window = 0;  ///< positions that a query sees, its own included; 0: all
};

/// 1 / sqrt(width)
float ScoreScale(float width);

/// Consecutive positions of one segment among a chunk's rows.
struct QueryRun {
  size_t row;       ///< first row in the chunk
  size_t tokens;    ///< rows
  size_t position;  ///< of the first row
  /// K/V blocks of positions 0 .. position + tokens - 1; those that no row sees may be null
  const void* const* blocks;
};

/// One kernel call: some tokens of a run, some query heads of one kv head.
struct AttentionTask {
  const QueryRun* run;
  size_t first_token;
  size_t tokens;
  size_t kv_head;
  size_t first_head;
  size_t heads;
};

/// What one engine's attention works in: a part a thread, and the list of tasks.
class AttentionScratch {
 public:
  AttentionScratch(const HeadShape& shape, size_t query_rows, int threads)
      : floats_(
            RoundUp(kernels::AttentionScratchFloats(query_rows, shape.padded_dim), kLineFloats)),
        buffer_(floats_ * static_cast<size_t>(threads)) {}
  float* ForWorker(int worker) { return buffer_.data() + floats_ * static_cast<size_t>(worker); }

  std::vector<AttentionTask> tasks;  ///< of the call in progress; kept for its capacity

 private:
  static constexpr size_t kLineFloats = 16;  // of 64 bytes: parts are aligned
  size_t floats_;
  AlignedBuffer<float> buffer_;
};

/// out [rows, heads * head_dim], an activation matrix, = softmax(q . k * scale) . v, causal and as
/// `rule` says. q [rows][heads][padded_dim] in activation type.
void Attention(const Compute& compute, const HeadShape& shape, const ScoreRule& rule,
               std::span<const QueryRun> runs, const void* q, AttentionScratch* scratch, void* out);

}  // namespace gram::ops

#endif  // GRAM_ENGINE_OPS_ATTENTION_H_
