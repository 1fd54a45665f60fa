// Every buffer of the forward pass but the residual stream and K/V, one arena, sized once for a
// chunk.
#ifndef GRAM_ENGINE_MODEL_ACTIVATIONS_H_
#define GRAM_ENGINE_MODEL_ACTIVATIONS_H_

#include <cstddef>
#include <vector>

#include "engine/base/aligned_buffer.h"
#include "engine/format/model_config.h"
#include "engine/ops/attention.h"

namespace gram::model {

/// Shapes with C the rows of a chunk; "act" is an activation matrix (kernel_table.h) of bf16 or
/// f32.
struct Activations {
  Activations(const format::ModelConfig& config, const ops::HeadShape& shape,
              const kernels::KernelTable& kernels, int threads)
      : scratch(shape, kernels.query_rows, threads) {
    const size_t rows = kernels.chunk_rows;
    const auto act = [&](size_t width) {
      const size_t unit = kernels.panels ? kernels::kPanelCols : 1;
      return AlignedBuffer<std::byte>(rows * ((width + unit - 1) / unit * unit) *
                                      shape.element_bytes());
    };
    const size_t query = size_t{config.num_attention_heads} * config.head_dim;
    const size_t key_value = 2 * size_t{config.num_key_value_heads} * config.head_dim;
    normed = act(config.hidden_size);
    q = AlignedBuffer<float>(rows * query);
    kv = AlignedBuffer<float>(rows * key_value);
    rotated_q = AlignedBuffer<std::byte>(rows * config.num_attention_heads * shape.padded_dim *
                                         shape.element_bytes());
    attended = act(query);
    gate = act(config.intermediate_size);
    gated = act(config.intermediate_size);
    if (config.branch_norms) branch = AlignedBuffer<float>(rows * config.hidden_size);
    readout = AlignedBuffer<float>(rows * config.hidden_size);
  }

  AlignedBuffer<std::byte> normed;     // [C, D] act: RMSNorm of the residual stream
  AlignedBuffer<float> q;              // [C, H, Dh]
  AlignedBuffer<float> kv;             // [C][2][K, Dh]
  AlignedBuffer<std::byte> rotated_q;  // [C][H][padded Dh] in activation type
  AlignedBuffer<std::byte> attended;   // [C, H, Dh] act
  AlignedBuffer<std::byte> gate;       // [C, F] act: silu(gate)
  AlignedBuffer<std::byte> gated;      // [C, F] act: silu(gate) * up
  AlignedBuffer<float> branch;         // [C, D]: of attention or feed-forward, before its norm
  AlignedBuffer<float> readout;        // [C, D]: residual stream of the readout rows
  ops::AttentionScratch scratch;
  std::vector<ops::QueryRun> runs;  // the chunk's, for attention; kept for its capacity
};

}  // namespace gram::model

#endif  // GRAM_ENGINE_MODEL_ACTIVATIONS_H_
