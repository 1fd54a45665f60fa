// What a model is, besides its weights: hyper-parameters, and the list of tensors that follows from
// them.
#ifndef GRAM_ENGINE_FORMAT_MODEL_CONFIG_H_
#define GRAM_ENGINE_FORMAT_MODEL_CONFIG_H_

#include <cstdint>
#include <string>
#include <vector>

#include "engine/base/status.h"
#include "engine/format/chat_pieces.h"

namespace gram::format {

enum class Architecture : uint32_t {
  kQwen3 = 1,  ///< Qwen3ForCausalLM: per-head RMSNorm on q and k, rotate-half RoPE, GQA, SwiGLU, no
               ///< biases
};

/// "Qwen3ForCausalLM" and the like.
std::string ArchitectureName(Architecture architecture);

/// Letters in comments are the project's shape letters (docs/architecture.md).
struct ModelConfig {
  Architecture architecture = Architecture::kQwen3;
  uint32_t hidden = 0;           ///< D: width of the residual stream
  uint32_t feed_forward = 0;     ///< F: width of the SwiGLU
  uint32_t layers = 0;           ///< L
  uint32_t heads = 0;            ///< H: query heads
  uint32_t kv_heads = 0;         ///< K: key/value heads; H is a multiple of K
  uint32_t head_dim = 0;         ///< Dh: even; H * Dh need not equal D
  uint32_t vocab = 0;            ///< V: rows of the embedding
  uint32_t max_positions = 0;    ///< longest prompt, tokens
  float rms_eps = 0;             ///< added to the mean square in every RMSNorm
  double rope_theta = 0;         ///< base of the rotary frequencies
  bool tied_embeddings = false;  ///< the LM head is the embedding

  friend bool operator==(const ModelConfig&, const ModelConfig&) = default;
};

/// kCorrupt or kUnsupported, naming `where` and the field, unless every field is in a range the
/// engine can run and no tensor size overflows.
Status Validate(const ModelConfig& config, const std::string& where);

/// How the engine reads a tensor, which decides the layout it is stored in.
enum class TensorRole : uint32_t {
  kMatrix = 1,  ///< [N, K] weight of a matmul: packed (PackedLayout)
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

/// THE list of a model's tensors, which converter, writer, reader and engine follow, in file order.
/// Per layer i: layers.i.attn_norm [D], .attn.q [H*Dh, D], .attn.kv [2*K*Dh, D] (all rows of k,
/// then all of v), .attn.q_norm [Dh], .attn.k_norm [Dh], .attn.o [D, H*Dh], .mlp_norm [D],
/// .mlp.gate [F, D], .mlp.up [F, D], .mlp.down [D, F]; before them embed [V, D]; after them
/// final_norm [D] and, unless tied, lm_head [V, D].
std::vector<TensorSpec> TensorTable(const ModelConfig& config);

}  // namespace gram::format

#endif  // GRAM_ENGINE_FORMAT_MODEL_CONFIG_H_
