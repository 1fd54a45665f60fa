// A model's weights: named views onto the mapped file, one field a tensor.
#ifndef GRAM_ENGINE_MODEL_WEIGHTS_H_
#define GRAM_ENGINE_MODEL_WEIGHTS_H_

#include <vector>

#include "engine/base/status.h"
#include "engine/format/reader.h"
#include "engine/gemm/matmul.h"
#include "engine/ops/embed.h"

namespace gram::model {

/// One transformer layer. Shapes in the project's letters (docs/architecture.md).
struct LayerWeights {
  const float* attn_norm = nullptr;  // [D]
  gemm::PackedWeight q;              // [H*Dh, D]
  gemm::PackedWeight kv;             // [2*K*Dh, D]: k's rows, then v's
  const float* q_norm = nullptr;     // [Dh]
  const float* k_norm = nullptr;     // [Dh]
  gemm::PackedWeight o;              // [D, H*Dh]
  const float* mlp_norm = nullptr;   // [D]
  gemm::PackedWeight gate;           // [F, D]
  gemm::PackedWeight up;             // [F, D]
  gemm::PackedWeight down;           // [D, F]
};

struct Weights {
  format::ModelConfig config;
  ops::RowTable embed;                // [V, D]
  std::vector<LayerWeights> layers;   // [L]
  const float* final_norm = nullptr;  // [D]
  ops::RowTable lm_head;              // [V, D]; the embedding itself where tied
  DType dtype = DType::kBf16;         // of the matrices
};

/// Views of an open file's tensors, valid while the file stays open. The reader has checked names,
/// shapes, types and layouts. Errors: kNotFound where a tensor is missing all the same.
Result<Weights> ViewWeights(const format::PackedFile& file);

}  // namespace gram::model

#endif  // GRAM_ENGINE_MODEL_WEIGHTS_H_
