#include "engine/format/model_config.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace gram::format {
namespace {

/// Positions are counted in f32 (model/rope.h), which tells neighbours apart up to here.
constexpr uint32_t kMaxPositions = 1U << 24;

struct Range {
  const char* field;
  uint32_t value;
  uint32_t least;
  uint32_t largest;
};

Status CheckRange(const Range& range, const std::string& where) {
  if (range.value >= range.least && range.value <= range.largest) return {};
  return Corrupt(where + ": " + range.field + " is " + std::to_string(range.value) + ", expected " +
                 std::to_string(range.least) + " to " + std::to_string(range.largest));
}

Status NotExpected(const std::string& where, const char* field, double value,
                   const std::string& expected) {
  return Corrupt(where + ": " + field + " is " + std::to_string(value) + ", expected " + expected);
}

bool IsPositive(double value) { return std::isfinite(value) && value > 0; }

Status ValidateSizes(const ModelConfig& config, const std::string& where) {
  // The bounds lie far above any model of today, and low enough that no size in bytes overflows.
  const Range ranges[] = {
      {"hidden_size", config.hidden_size, 1, 1U << 17},
      {"intermediate_size", config.intermediate_size, 1, 1U << 20},
      {"num_hidden_layers", config.num_hidden_layers, 1, kMaxLayers},
      {"num_attention_heads", config.num_attention_heads, 1, 1024},
      {"num_key_value_heads", config.num_key_value_heads, 1, 1024},
      {"head_dim", config.head_dim, 1, 512},
      {"vocab_size", config.vocab_size, 1, 1U << 24},
      {"max_position_embeddings", config.max_position_embeddings, 1, kMaxPositions},
      {"sliding_window", config.sliding_window, 0, kMaxPositions},
  };
  for (const Range& range : ranges) GRAM_RETURN_IF_ERROR(CheckRange(range, where));
  if (config.head_dim % 2 != 0) {
    return Corrupt(where + ": head_dim is " + std::to_string(config.head_dim) +
                   ", expected an even number");
  }
  if (config.num_attention_heads % config.num_key_value_heads != 0) {
    return Corrupt(where + ": num_attention_heads is " +
                   std::to_string(config.num_attention_heads) +
                   ", expected a multiple of num_key_value_heads, " +
                   std::to_string(config.num_key_value_heads));
  }
  for (size_t layer = 0; layer < kMaxLayers; ++layer) {
    if (!config.sliding_layers[layer]) continue;
    if (layer < config.num_hidden_layers && config.sliding_window > 0) break;
    return Corrupt(where + ": layer " + std::to_string(layer) +
                   " has a sliding window, but there is no such layer or no window");
  }
  return {};
}

Status ValidateRope(const RopeParameters& rope, uint32_t head_dim, const std::string& where) {
  if (RopeTypeName(rope.rope_type).empty()) {
    return Unsupported(where + ": rope_type " +
                       std::to_string(static_cast<uint32_t>(rope.rope_type)) +
                       " is unknown to this build");
  }
  if (!(std::isfinite(rope.rope_theta) && rope.rope_theta >= 1)) {
    return NotExpected(where, "rope_theta", rope.rope_theta, "a finite number of at least 1");
  }
  const bool plain = rope.rope_type == RopeType::kDefault;
  if (!(std::isfinite(rope.factor) && rope.factor >= 1) || (plain && rope.factor != 1)) {
    return NotExpected(where, "factor", rope.factor, plain ? "1" : "a number of at least 1");
  }
  const bool by_turns = rope.rope_type == RopeType::kLlama3;
  if (by_turns && !(IsPositive(rope.low_freq_factor) && IsPositive(rope.high_freq_factor) &&
                    rope.low_freq_factor < rope.high_freq_factor)) {
    return NotExpected(where, "low_freq_factor", rope.low_freq_factor,
                       "a positive number below high_freq_factor");
  }
  const bool has_original = by_turns || rope.rope_type == RopeType::kDynamic;
  if (rope.rope_type == RopeType::kDynamic && head_dim <= 2) {
    return Unsupported(where + ": dynamic RoPE scaling needs a head_dim above 2");
  }
  const Range original = {"original_max_position_embeddings", rope.original_max_position_embeddings,
                          has_original ? 1U : 0U, has_original ? kMaxPositions : 0U};
  return CheckRange(original, where);
}

Status ValidateNumbers(const ModelConfig& config, const std::string& where) {
  if (!(config.rms_norm_eps > 0 && config.rms_norm_eps < 1)) {
    return NotExpected(where, "rms_norm_eps", config.rms_norm_eps, "more than 0 and less than 1");
  }
  if (ActivationName(config.hidden_act).empty()) {
    return Unsupported(where + ": hidden_act " +
                       std::to_string(static_cast<uint32_t>(config.hidden_act)) +
                       " is unknown to this build");
  }
  for (const auto& [field, value] :
       {std::pair("query_pre_attn_scalar", config.query_pre_attn_scalar),
        {"attn_logit_softcapping", config.attn_logit_softcapping}}) {
    if (value == 0 || (IsPositive(value) && value < std::numeric_limits<float>::max())) continue;
    return NotExpected(where, field, value, "0 or a positive number");
  }
  return ValidateRope(config.rope, config.head_dim, where);
}

Status ValidateReadout(const ModelDescription& model, const std::string& where) {
  const Readout& readout = model.readout;
  if (HeadName(readout.head).empty()) {
    return Unsupported(where + ": head " + std::to_string(static_cast<uint32_t>(readout.head)) +
                       " is unknown to this build");
  }
  const uint32_t least = readout.head == HeadKind::kLmHead ? 0 : 1;
  const uint32_t largest = readout.head == HeadKind::kLmHead ? 0
                           : readout.head == HeadKind::kRows ? 2
                                                             : 1U << 17;
  GRAM_RETURN_IF_ERROR(CheckRange({"rows of the head", readout.rows, least, largest}, where));
  if (readout.pad_token_id >= 0 && model.config.rope.rope_type == RopeType::kDynamic) {
    return Unsupported(where + ": pad_token_id together with dynamic RoPE scaling is not " +
                       "supported: the length that scales would count tokens behind the one that " +
                       "is read");
  }
  for (const auto& [field, id] : {std::pair("pad_token_id", readout.pad_token_id),
                                  {"reward_token_id", readout.reward_token_id}}) {
    if (id == -1) continue;
    if (!readout.gives_reward() || id < 0 || static_cast<uint32_t>(id) >= model.config.vocab_size) {
      return Corrupt(where + ": " + field + " is " + std::to_string(id) +
                     ", which is no token of this model's");
    }
  }
  return {};
}

/// The tensors of one layer, in file order.
class LayerTable {
 public:
  LayerTable(const ModelConfig& config, uint32_t layer, std::vector<TensorSpec>* table)
      : c_(config), prefix_("layers." + std::to_string(layer) + "."), table_(*table) {}

  void Append() {
    const uint64_t d = c_.hidden_size;
    const uint64_t q = uint64_t{c_.num_attention_heads} * c_.head_dim;
    const uint64_t kv = 2 * uint64_t{c_.num_key_value_heads} * c_.head_dim;
    Vector("attn_norm", d);
    Matrix("attn.q", q, d);
    Matrix("attn.kv", kv, d);
    Vector("attn.q_bias", q, c_.qkv_bias);
    Vector("attn.kv_bias", kv, c_.qkv_bias);
    Vector("attn.q_norm", c_.head_dim, c_.qk_norm);
    Vector("attn.k_norm", c_.head_dim, c_.qk_norm);
    Matrix("attn.o", d, q);
    Vector("attn_out_norm", d, c_.branch_norms);
    Vector("mlp_norm", d);
    Matrix("mlp.gate", c_.intermediate_size, d);
    Matrix("mlp.up", c_.intermediate_size, d);
    Matrix("mlp.down", d, c_.intermediate_size);
    Vector("mlp_out_norm", d, c_.branch_norms);
  }

 private:
  void Matrix(const char* name, uint64_t rows, uint64_t cols) {
    table_.push_back({prefix_ + name, TensorRole::kMatrix, rows, cols});
  }
  void Vector(const char* name, uint64_t size, bool there = true) {
    if (there) table_.push_back({prefix_ + name, TensorRole::kVector, 1, size});
  }

  const ModelConfig& c_;
  std::string prefix_;
  std::vector<TensorSpec>& table_;
};

void AppendHead(const ModelDescription& model, std::vector<TensorSpec>* table) {
  const uint64_t d = model.config.hidden_size;
  const uint64_t rows = model.readout.rows;
  switch (model.readout.head) {
    case HeadKind::kLmHead:
      if (model.config.tie_word_embeddings) return;
      table->push_back({"lm_head", TensorRole::kRows, model.config.vocab_size, d});
      return;
    case HeadKind::kRows:
      table->push_back({"score", TensorRole::kRows, rows, d});
      return;
    case HeadKind::kMlp:
      table->push_back({"score.0", TensorRole::kRows, rows, d});
      table->push_back({"score.0_bias", TensorRole::kVector, 1, rows});
      table->push_back({"score.2", TensorRole::kRows, 1, rows});
      table->push_back({"score.2_bias", TensorRole::kVector, 1, 1});
      return;
  }
}

}  // namespace

uint32_t ModelConfig::max_tokens() const {
  if (rope.rope_type == RopeType::kLinear) {
    const double stretched = rope.factor * max_position_embeddings;
    return static_cast<uint32_t>(std::min<double>(stretched, kMaxPositions));
  }
  // Dynamic scaling stretches the frequencies for any length.
  if (rope.rope_type == RopeType::kDynamic) return kMaxPositions;
  return max_position_embeddings;
}

std::string_view ActivationName(Activation activation) {
  switch (activation) {
    case Activation::kSilu:
      return "silu";
    case Activation::kGeluPytorchTanh:
      return "gelu_pytorch_tanh";
  }
  return {};
}

std::string_view RopeTypeName(RopeType type) {
  switch (type) {
    case RopeType::kDefault:
      return "default";
    case RopeType::kLinear:
      return "linear";
    case RopeType::kDynamic:
      return "dynamic";
    case RopeType::kLlama3:
      return "llama3";
  }
  return {};
}

std::string_view HeadName(HeadKind head) {
  switch (head) {
    case HeadKind::kLmHead:
      return "lm_head";
    case HeadKind::kRows:
      return "score";
    case HeadKind::kMlp:
      return "mlp";
  }
  return {};
}

Status Validate(const ModelDescription& model, const std::string& where) {
  GRAM_RETURN_IF_ERROR(ValidateSizes(model.config, where));
  GRAM_RETURN_IF_ERROR(ValidateNumbers(model.config, where));
  return ValidateReadout(model, where);
}

std::vector<TensorSpec> TensorTable(const ModelDescription& model) {
  const ModelConfig& config = model.config;
  std::vector<TensorSpec> table;
  table.reserve(size_t{14} * config.num_hidden_layers + 6);
  table.push_back({"embed", TensorRole::kRows, config.vocab_size, config.hidden_size});
  for (uint32_t layer = 0; layer < config.num_hidden_layers; ++layer) {
    LayerTable(config, layer, &table).Append();
  }
  table.push_back({"final_norm", TensorRole::kVector, 1, config.hidden_size});
  AppendHead(model, &table);
  return table;
}

}  // namespace gram::format
