// A model's weights: named views onto the mapped file, one field a tensor.
#ifndef GRAM_ENGINE_MODEL_WEIGHTS_H_
#define GRAM_ENGINE_MODEL_WEIGHTS_H_

#include <vector>

#include "engine/base/status.h"
#include "engine/format/reader.h"
#include "engine/gemm/matmul.h"
#include "engine/ops/rows.h"

namespace gram::model {

/// One transformer layer. Shapes in the project's letters (docs/architecture.md). What the model
/// does not have (format::ModelConfig) is null.
struct LayerWeights {
  size_t window = 0;                     // keys that a row sees, its own included; 0: all
  const float* attn_norm = nullptr;      // [D]
  gemm::PackedWeight q;                  // [H*Dh, D]
  gemm::PackedWeight kv;                 // [2*K*Dh, D]: k's rows, then v's
  const float* q_bias = nullptr;         // [H*Dh]
  const float* kv_bias = nullptr;        // [2*K*Dh]
  const float* q_norm = nullptr;         // [Dh]
  const float* k_norm = nullptr;         // [Dh]
  gemm::PackedWeight o;                  // [D, H*Dh]
  const float* attn_out_norm = nullptr;  // [D]
  const float* mlp_norm = nullptr;       // [D]
  gemm::PackedWeight gate;               // [F, D]
  gemm::PackedWeight up;                 // [F, D]
  gemm::PackedWeight down;               // [D, F]
  const float* mlp_out_norm = nullptr;   // [D]
};

/// What the last position is read with.
struct HeadWeights {
  /// [n, D]: any token's row of the LM head (the embedding where tied), or the rows of a reward.
  ops::RowTable rows;
  const float* bias = nullptr;  // [n]
  /// The second layer of a two-layer head, [1, n] and [1]; no data where it has but one.
  ops::RowTable second = {};
  const float* second_bias = nullptr;
};

struct Weights {
  format::ModelConfig config;
  ops::RowTable embed;                // [V, D]
  std::vector<LayerWeights> layers;   // [L]
  const float* final_norm = nullptr;  // [D]
  HeadWeights head;
  DType dtype = DType::kBf16;  // of the matrices
};

/// Views of an open file's tensors, valid while the file stays open. The reader has checked names,
/// shapes, types and layouts. Errors: kNotFound where a tensor is missing all the same.
Result<Weights> ViewWeights(const format::PackedFile& file);

}  // namespace gram::model

#endif  // GRAM_ENGINE_MODEL_WEIGHTS_H_
