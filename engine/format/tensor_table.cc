#include "engine/format/tensor_table.h"

#include <utility>

namespace gram::format {
namespace {

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
