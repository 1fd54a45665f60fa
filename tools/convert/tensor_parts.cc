#include "tools/convert/tensor_parts.h"

#include <string_view>
#include <utility>

namespace gram::convert {
namespace {

using format::ModelConfig;
using format::TensorSpec;

struct Name {
  std::string_view ours;    ///< behind "layers.N."
  std::string_view theirs;  ///< behind "model.layers.N.", or several joined by '+'
};

constexpr Name kLlamaNames[] = {
    {"attn_norm", "input_layernorm.weight"},
    {"attn.q", "self_attn.q_proj.weight"},
    {"attn.kv", "self_attn.k_proj.weight+self_attn.v_proj.weight"},
    {"attn.q_bias", "self_attn.q_proj.bias"},
    {"attn.kv_bias", "self_attn.k_proj.bias+self_attn.v_proj.bias"},
    {"attn.q_norm", "self_attn.q_norm.weight"},
    {"attn.k_norm", "self_attn.k_norm.weight"},
    {"attn.o", "self_attn.o_proj.weight"},
    {"mlp_norm", "post_attention_layernorm.weight"},
    {"mlp.gate", "mlp.gate_proj.weight"},
    {"mlp.up", "mlp.up_proj.weight"},
    {"mlp.down", "mlp.down_proj.weight"},
};

// What Llama calls post_attention_layernorm is here the norm of the branch's output.
constexpr Name kGemma2Names[] = {
    {"attn_out_norm", "post_attention_layernorm.weight"},
    {"mlp_norm", "pre_feedforward_layernorm.weight"},
    {"mlp_out_norm", "post_feedforward_layernorm.weight"},
};

constexpr Name kInternLm2Names[] = {
    {"attn_norm", "attention_norm.weight"}, {"attn.o", "attention.wo.weight"},
    {"mlp_norm", "ffn_norm.weight"},        {"mlp.gate", "feed_forward.w1.weight"},
    {"mlp.up", "feed_forward.w3.weight"},   {"mlp.down", "feed_forward.w2.weight"},
};

template <size_t kCount>
std::string_view Find(const Name (&names)[kCount], std::string_view ours) {
  for (const Name& name : names) {
    if (name.ours == ours) return name.theirs;
  }
  return {};
}

std::string_view NameInLayer(TensorNames names, std::string_view ours) {
  if (names == TensorNames::kInternLm2) return Find(kInternLm2Names, ours);
  const std::string_view own =
      names == TensorNames::kGemma2 ? Find(kGemma2Names, ours) : std::string_view();
  return own.empty() ? Find(kLlamaNames, ours) : own;
}

/// A tensor of `rows` rows (numbers, for a vector), whole.
TensorPart Whole(const TensorSpec& spec, std::string name, uint64_t rows) {
  const bool vector = spec.role == format::TensorRole::kVector;
  return {std::move(name),
          vector ? std::vector<uint64_t>{rows} : std::vector<uint64_t>{rows, spec.cols}, 0, rows};
}

/// InternLM2's one matrix of queries, keys and values: for each kv head the queries that share it,
/// then its key, then its value, head_dim rows each.
std::vector<TensorPart> FromWqkv(std::string name, const ModelConfig& config, bool queries) {
  const uint64_t dim = config.head_dim;
  const uint64_t kv_heads = config.num_key_value_heads;
  const uint64_t group = config.num_attention_heads / kv_heads;
  const std::vector<uint64_t> shape = {kv_heads * (group + 2) * dim, config.hidden_size};
  std::vector<TensorPart> parts;
  for (const uint64_t first :
       queries ? std::vector<uint64_t>{0} : std::vector<uint64_t>{group, group + 1}) {
    for (uint64_t head = 0; head < kv_heads; ++head) {
      parts.push_back(
          {name, shape, (head * (group + 2) + first) * dim, (queries ? group : 1) * dim});
    }
  }
  return parts;
}

std::vector<TensorPart> PartsInLayer(const TensorSpec& spec, std::string_view layer,
                                     std::string_view ours, const Family& family,
                                     const ModelConfig& config) {
  const std::string prefix = "model.layers." + std::string(layer) + ".";
  if (family.names == TensorNames::kInternLm2 && (ours == "attn.q" || ours == "attn.kv")) {
    return FromWqkv(prefix + "attention.wqkv.weight", config, ours == "attn.q");
  }
  const std::string_view theirs = NameInLayer(family.names, ours);
  const uint64_t rows = spec.role == format::TensorRole::kVector ? spec.cols : spec.rows;
  const size_t plus = theirs.find('+');
  if (plus == theirs.npos) return {Whole(spec, prefix + std::string(theirs), rows)};
  return {Whole(spec, prefix + std::string(theirs.substr(0, plus)), rows / 2),
          Whole(spec, prefix + std::string(theirs.substr(plus + 1)), rows / 2)};
}

std::string EmbeddingName(const Family& family) {
  return family.names == TensorNames::kInternLm2 ? "model.tok_embeddings.weight"
                                                 : "model.embed_tokens.weight";
}

std::vector<TensorPart> PartsOfHead(const TensorSpec& spec, const Family& family,
                                    const format::ModelDescription& model,
                                    std::span<const int32_t> readout_tokens) {
  std::vector<TensorPart> parts;
  const std::string lm_head =
      model.config.tie_word_embeddings ? EmbeddingName(family) : "lm_head.weight";
  for (const int32_t token : readout_tokens) {
    parts.push_back(
        {lm_head, {model.config.vocab_size, spec.cols}, static_cast<uint64_t>(token), 1});
  }
  if (!parts.empty()) return parts;
  const bool internlm2 = family.names == TensorNames::kInternLm2;
  return {Whole(spec, internlm2 ? "v_head.weight" : "score.weight", spec.rows)};
}

}  // namespace

std::vector<TensorPart> PartsOf(const TensorSpec& spec, const Family& family,
                                const format::ModelDescription& model,
                                std::span<const int32_t> readout_tokens) {
  constexpr std::string_view kLayers = "layers.";
  const std::string_view name = spec.name;
  if (name.starts_with(kLayers)) {
    const size_t dot = name.find('.', kLayers.size());
    return PartsInLayer(spec, name.substr(kLayers.size(), dot - kLayers.size()),
                        name.substr(dot + 1), family, model.config);
  }
  if (name == "embed") return {Whole(spec, EmbeddingName(family), spec.rows)};
  if (name == "final_norm") return {Whole(spec, "model.norm.weight", spec.cols)};
  if (name == "lm_head") return {Whole(spec, "lm_head.weight", spec.rows)};
  if (name == "score") return PartsOfHead(spec, family, model, readout_tokens);
  if (name == "score.0_bias") return {Whole(spec, "score.0.bias", spec.cols)};
  if (name == "score.2_bias") return {Whole(spec, "score.2.bias", spec.cols)};
  return {Whole(spec, spec.name + ".weight", spec.rows)};  // score.0, score.2
}

bool IsDerived(const std::string& name) { return name.ends_with("rotary_emb.inv_freq"); }

}  // namespace gram::convert
