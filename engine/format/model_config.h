// The hyper-parameters of a model: what the forward pass needs to know besides the weights.
#ifndef GRAM_ENGINE_FORMAT_MODEL_CONFIG_H_
#define GRAM_ENGINE_FORMAT_MODEL_CONFIG_H_

#include <cstdint>
#include <string>

#include "engine/base/status.h"

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

}  // namespace gram::format

#endif  // GRAM_ENGINE_FORMAT_MODEL_CONFIG_H_
