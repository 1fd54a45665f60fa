#include "engine/format/model_config.h"

#include <cmath>
#include <utility>

namespace gram::format {
namespace {

struct Range {
  const char* field;
  uint32_t value;
  uint32_t largest;
};

void AppendLayer(const ModelConfig& c, uint32_t layer, std::vector<TensorSpec>& table) {
  const uint64_t d = c.hidden;
  const uint64_t f = c.feed_forward;
  const uint64_t q = uint64_t{c.heads} * c.head_dim;
  const uint64_t kv = uint64_t{c.kv_heads} * c.head_dim;
  const std::string ours = "layers." + std::to_string(layer) + ".";
  const std::string theirs = "model.layers." + std::to_string(layer) + ".";
  const auto add = [&](const char* name, TensorRole role, uint64_t rows, uint64_t cols,
                       std::vector<std::string> parts) {
    for (std::string& part : parts) part = theirs + part + ".weight";
    table.push_back({ours + name, role, rows, cols, std::move(parts)});
  };
  add("attn_norm", TensorRole::kVector, 1, d, {"input_layernorm"});
  add("attn.q", TensorRole::kMatrix, q, d, {"self_attn.q_proj"});
  add("attn.kv", TensorRole::kMatrix, 2 * kv, d, {"self_attn.k_proj", "self_attn.v_proj"});
  add("attn.q_norm", TensorRole::kVector, 1, c.head_dim, {"self_attn.q_norm"});
  add("attn.k_norm", TensorRole::kVector, 1, c.head_dim, {"self_attn.k_norm"});
  add("attn.o", TensorRole::kMatrix, d, q, {"self_attn.o_proj"});
  add("mlp_norm", TensorRole::kVector, 1, d, {"post_attention_layernorm"});
  add("mlp.gate", TensorRole::kMatrix, f, d, {"mlp.gate_proj"});
  add("mlp.up", TensorRole::kMatrix, f, d, {"mlp.up_proj"});
  add("mlp.down", TensorRole::kMatrix, d, f, {"mlp.down_proj"});
}

}  // namespace

std::string ArchitectureName(Architecture architecture) {
  switch (architecture) {
    case Architecture::kQwen3:
      return "Qwen3ForCausalLM";
  }
  return "unknown architecture " + std::to_string(static_cast<uint32_t>(architecture));
}

Status Validate(const ModelConfig& config, const std::string& where) {
  if (config.architecture != Architecture::kQwen3) {
    return Unsupported(where + ": " + ArchitectureName(config.architecture) +
                       "; this build runs only Qwen3ForCausalLM");
  }
  // The bounds lie far above any model of today, and low enough that no size in bytes overflows.
  const Range ranges[] = {
      {"hidden", config.hidden, 1U << 17}, {"feed_forward", config.feed_forward, 1U << 20},
      {"layers", config.layers, 1024},     {"heads", config.heads, 1024},
      {"kv_heads", config.kv_heads, 1024}, {"head_dim", config.head_dim, 512},
      {"vocab", config.vocab, 1U << 24},   {"max_positions", config.max_positions, 1U << 24},
  };
  for (const Range& range : ranges) {
    if (range.value < 1 || range.value > range.largest) {
      return Corrupt(where + ": " + range.field + " is " + std::to_string(range.value) +
                     ", expected 1 to " + std::to_string(range.largest));
    }
  }
  if (config.head_dim % 2 != 0) {
    return Corrupt(where + ": head_dim is " + std::to_string(config.head_dim) +
                   ", expected an even number");
  }
  if (config.heads % config.kv_heads != 0) {
    return Corrupt(where + ": heads is " + std::to_string(config.heads) +
                   ", expected a multiple of kv_heads, " + std::to_string(config.kv_heads));
  }
  if (!(config.rms_eps > 0 && config.rms_eps < 1)) {
    return Corrupt(where + ": rms_eps is " + std::to_string(config.rms_eps) +
                   ", expected more than 0 and less than 1");
  }
  if (!(std::isfinite(config.rope_theta) && config.rope_theta >= 1)) {
    return Corrupt(where + ": rope_theta is " + std::to_string(config.rope_theta) +
                   ", expected a finite number of at least 1");
  }
  return {};
}

std::vector<TensorSpec> TensorTable(const ModelConfig& config) {
  std::vector<TensorSpec> table;
  table.reserve(size_t{10} * config.layers + 3);
  table.push_back(
      {"embed", TensorRole::kRows, config.vocab, config.hidden, {"model.embed_tokens.weight"}});
  for (uint32_t layer = 0; layer < config.layers; ++layer) AppendLayer(config, layer, table);
  table.push_back({"final_norm", TensorRole::kVector, 1, config.hidden, {"model.norm.weight"}});
  if (!config.tied_embeddings) {
    table.push_back(
        {"lm_head", TensorRole::kRows, config.vocab, config.hidden, {"lm_head.weight"}});
  }
  return table;
}

}  // namespace gram::format
