// THE list of a model's tensors: names, roles and logical shapes, derived from its config alone.
// Converter, writer, reader and engine all follow it.
#ifndef GRAM_ENGINE_FORMAT_TENSOR_TABLE_H_
#define GRAM_ENGINE_FORMAT_TENSOR_TABLE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "engine/format/model_config.h"

namespace gram::format {

/// How the engine reads a tensor, which decides the layout it is stored in.
enum class TensorRole : uint32_t {
  kMatrix = 1,  ///< [N, K] weight of a matmul: packed (engine/gemm/packed_weight.h)
  kRows = 2,    ///< [V, D] looked up row by row (embedding, LM head): row-major
  kVector = 3,  ///< [n] norm weight: f32
};

struct TensorSpec {
  std::string name;  ///< in the packed file, such as "layers.0.attn.q"
  TensorRole role;
  uint64_t rows;  ///< N or V (output features); 1 for a vector
  uint64_t cols;  ///< K or D (input features); n for a vector
  std::vector<std::string>
      parts;  ///< Hugging Face names whose rows, one after the other, make this tensor
};

/// In file order. Per layer i: layers.i.attn_norm [D], .attn.q [H*Dh, D], .attn.kv [2*K*Dh, D] (all
/// rows of k, then all of v), .attn.q_norm [Dh], .attn.k_norm [Dh], .attn.o [D, H*Dh], .mlp_norm
/// [D], .mlp.gate [F, D], .mlp.up [F, D], .mlp.down [D, F]; before them embed [V, D]; after them
/// final_norm [D] and, unless tied, lm_head [V, D].
std::vector<TensorSpec> TensorTable(const ModelConfig& config);

}  // namespace gram::format

#endif  // GRAM_ENGINE_FORMAT_TENSOR_TABLE_H_
