// config.json: every setting is read, known to have no effect, reported as unknown, or refused.
#include <algorithm>
#include <cmath>
#include <optional>
#include <vector>

#include "engine/base/files.h"
#include "tools/convert/checkpoint.h"
#include "tools/convert/json.h"

namespace gram::convert {
namespace {

using simdjson::dom::element;
using simdjson::dom::object;

constexpr size_t kLargestConfig = 1'000'000;  // bytes

// Typed access to one JSON object; each error names the file and the field.
class Fields {
 public:
  Fields(object fields, std::string where) : fields_(fields), where_(std::move(where)) {}

  /// The field's value; nothing where it is absent or null.
  std::optional<element> Find(std::string_view name) const {
    element value;
    if (fields_[name].get(value) != simdjson::SUCCESS || value.is_null()) return std::nullopt;
    return value;
  }

  bool Has(std::string_view name) const { return fields_[name].error() == simdjson::SUCCESS; }

  Status Integer(std::string_view name, uint32_t& out) const {
    uint64_t value = 0;
    const auto found = Find(name);
    if (!found) return Missing(name);
    if (found->get(value) != simdjson::SUCCESS || value < 1 || value > UINT32_MAX) {
      return Wrong(name, "a positive whole number");
    }
    out = static_cast<uint32_t>(value);
    return {};
  }

  Status Number(std::string_view name, double& out) const {
    const auto found = Find(name);
    if (!found) return Missing(name);
    if (found->get(out) != simdjson::SUCCESS) return Wrong(name, "a number");
    return {};
  }

  /// `out` keeps its value where the field is absent.
  Status OptionalBool(std::string_view name, bool& out) const {
    const auto found = Find(name);
    if (found && found->get(out) != simdjson::SUCCESS) return Wrong(name, "true or false");
    return {};
  }

  /// kUnsupported unless the field is absent or the text `only`.
  Status OnlyText(std::string_view name, std::string_view only) const {
    const auto found = Find(name);
    std::string_view value;
    if (!found) return {};
    if (found->get(value) != simdjson::SUCCESS) return Wrong(name, "a string");
    if (value != only) return NotSupported(name, value, only);
    return {};
  }

  /// kUnsupported unless the field is absent or false.
  Status OnlyFalse(std::string_view name) const {
    bool value = false;
    GRAM_RETURN_IF_ERROR(OptionalBool(name, value));
    return value ? NotSupported(name, "true", "false") : Status();
  }

  Status Missing(std::string_view name) const { return Corrupt(Field(name) + " is missing"); }
  Status Wrong(std::string_view name, const std::string& expected) const {
    return Corrupt(Field(name) + " is not " + expected);
  }
  Status NotSupported(std::string_view name, std::string_view found, std::string_view only) const {
    return Unsupported(Field(name) + " is " + Printable(found) + "; only " + std::string(only) +
                       " is supported");
  }
  std::string Field(std::string_view name) const { return where_ + ": " + Printable(name); }
  object fields() const { return fields_; }

 private:
  object fields_;
  std::string where_;
};

Status CheckArchitecture(const Fields& config) {
  const auto found = config.Find("architectures");
  simdjson::dom::array names;
  if (!found) return config.Missing("architectures");
  if (found->get(names) != simdjson::SUCCESS || names.size() != 1) {
    return config.Wrong("architectures", "a list of one name");
  }
  std::string_view name;
  if (names.at(0).get(name) != simdjson::SUCCESS) {
    return config.Wrong("architectures", "a list of one name");
  }
  if (name != "Qwen3ForCausalLM") {
    return config.NotSupported("architectures", name, "Qwen3ForCausalLM");
  }
  return config.OnlyText("model_type", "qwen3");
}

// `rope` is an object that says how positions are scaled: rope_parameters, or the older
// rope_scaling. Only the plain kind is computed here, so any further setting is refused.
Status CheckRope(const Fields& rope) {
  GRAM_RETURN_IF_ERROR(rope.OnlyText("rope_type", "default"));
  GRAM_RETURN_IF_ERROR(rope.OnlyText("type", "default"));
  for (const auto& [key, value] : rope.fields()) {
    const bool known = key == "rope_type" || key == "type" || key == "rope_theta";
    if (!known && !value.is_null()) {
      return Unsupported(rope.Field(key) + " is not supported; only plain RoPE is");
    }
  }
  return {};
}

Status TwoThetas(const std::string& where) {
  return Corrupt(where + ": rope_theta is given twice, with different values");
}

Status ReadRope(const Fields& config, const std::string& where, double& theta) {
  std::optional<double> found;
  for (const char* name : {"rope_parameters", "rope_scaling"}) {
    const auto value = config.Find(name);
    if (!value) continue;
    object fields;
    if (value->get(fields) != simdjson::SUCCESS) return config.Wrong(name, "an object or null");
    const Fields rope(fields, where + ": " + name);
    GRAM_RETURN_IF_ERROR(CheckRope(rope));
    if (!rope.Find("rope_theta")) continue;
    GRAM_RETURN_IF_ERROR(rope.Number("rope_theta", theta));
    if (found && *found != theta) return TwoThetas(where);
    found = theta;
  }
  if (config.Find("rope_theta") || !found) {
    GRAM_RETURN_IF_ERROR(config.Number("rope_theta", theta));
    if (found && *found != theta) return TwoThetas(where);
  }
  return {};
}

Status CheckLayerTypes(const Fields& config, uint32_t layers) {
  const auto found = config.Find("layer_types");
  if (!found) return {};
  simdjson::dom::array types;
  if (found->get(types) != simdjson::SUCCESS || types.size() != layers) {
    return config.Wrong("layer_types", "a list of num_hidden_layers names");
  }
  for (const element type : types) {
    std::string_view name;
    if (type.get(name) != simdjson::SUCCESS) return config.Wrong("layer_types", "a list of names");
    if (name != "full_attention") {
      return config.NotSupported("layer_types", name, "full_attention");
    }
  }
  return {};
}

// What transformers' Qwen3 reads, and what says nothing about the computation of logits: notes
// about the file, training, generation, classification. Any other setting is reported: somebody
// meant something by it.
constexpr std::string_view kKnown[] = {"_attn_implementation",
                                       "_attn_implementation_autoset",
                                       "_name_or_path",
                                       "add_cross_attention",
                                       "architectures",
                                       "attention_bias",
                                       "attention_dropout",
                                       "bad_words_ids",
                                       "begin_suppress_tokens",
                                       "bos_token_id",
                                       "chunk_size_feed_forward",
                                       "compression_config",
                                       "cross_attention_hidden_size",
                                       "decoder_start_token_id",
                                       "diversity_penalty",
                                       "do_sample",
                                       "dtype",
                                       "early_stopping",
                                       "encoder_no_repeat_ngram_size",
                                       "eos_token_id",
                                       "exponential_decay_length_penalty",
                                       "finetuning_task",
                                       "forced_bos_token_id",
                                       "forced_eos_token_id",
                                       "head_dim",
                                       "hidden_act",
                                       "hidden_size",
                                       "id2label",
                                       "initializer_range",
                                       "intermediate_size",
                                       "is_decoder",
                                       "is_encoder_decoder",
                                       "label2id",
                                       "layer_types",
                                       "length_penalty",
                                       "max_length",
                                       "max_position_embeddings",
                                       "max_window_layers",
                                       "min_length",
                                       "model_type",
                                       "no_repeat_ngram_size",
                                       "num_attention_heads",
                                       "num_beam_groups",
                                       "num_beams",
                                       "num_hidden_layers",
                                       "num_key_value_heads",
                                       "num_return_sequences",
                                       "output_attentions",
                                       "output_hidden_states",
                                       "output_scores",
                                       "pad_token_id",
                                       "partial_rotary_factor",
                                       "prefix",
                                       "pretraining_tp",
                                       "problem_type",
                                       "pruned_heads",
                                       "quantization_config",
                                       "remove_invalid_values",
                                       "repetition_penalty",
                                       "return_dict",
                                       "return_dict_in_generate",
                                       "rms_norm_eps",
                                       "rope_parameters",
                                       "rope_scaling",
                                       "rope_theta",
                                       "sep_token_id",
                                       "sliding_window",
                                       "suppress_tokens",
                                       "task_specific_params",
                                       "temperature",
                                       "tf_legacy_loss",
                                       "tie_encoder_decoder",
                                       "tie_word_embeddings",
                                       "tokenizer_class",
                                       "top_k",
                                       "top_p",
                                       "torch_dtype",
                                       "torchscript",
                                       "transformers_version",
                                       "typical_p",
                                       "unsloth_fixed",
                                       "unsloth_version",
                                       "use_bfloat16",
                                       "use_cache",
                                       "use_mrope",
                                       "use_sliding_window",
                                       "vocab_size"};

static_assert(std::is_sorted(std::begin(kKnown), std::end(kKnown)));

void NoteUnknown(const Fields& config, std::vector<std::string>* notes) {
  for (const auto& [key, value] : config.fields()) {
    const bool known = std::binary_search(std::begin(kKnown), std::end(kKnown), key);
    if (known || value.is_null()) continue;
    notes->push_back(config.Field(key) +
                     ": not a setting of Qwen3 that gram-cpu knows; it has no effect");
  }
}

// Settings under which transformers would compute something else.
Status CheckComputation(const Fields& config) {
  for (const char* name : {"quantization_config", "compression_config"}) {
    if (!config.Find(name)) continue;
    return Unsupported(config.Field(name) +
                       ": quantized weights are not supported; convert the original checkpoint");
  }
  if (config.Find("auto_map")) {
    return Unsupported(
        config.Field("auto_map") +
        ": the checkpoint brings model code of its own, which gram-cpu does not run; "
        "if the model is a plain Qwen3, remove the field");
  }
  double rotary = 1;
  if (config.Find("partial_rotary_factor")) {
    GRAM_RETURN_IF_ERROR(config.Number("partial_rotary_factor", rotary));
  }
  if (rotary != 1) return config.NotSupported("partial_rotary_factor", std::to_string(rotary), "1");
  object pruned;
  const auto heads = config.Find("pruned_heads");
  if (heads && (heads->get(pruned) != simdjson::SUCCESS || pruned.size() != 0)) {
    return Unsupported(config.Field("pruned_heads") + " is not supported");
  }
  for (const char* name : {"attention_bias", "mlp_bias", "use_sliding_window", "use_mrope",
                           "is_encoder_decoder", "add_cross_attention"}) {
    GRAM_RETURN_IF_ERROR(config.OnlyFalse(name));
  }
  return config.OnlyText("hidden_act", "silu");
}

// Absent, it is the default of transformers' Qwen3Config; null, an equal part of the hidden size.
// Where either is wrong, the shapes of the weights contradict it.
Status ReadHeadDim(const Fields& fields, format::ModelConfig& config) {
  constexpr uint32_t kDefault = 128;
  if (fields.Find("head_dim")) return fields.Integer("head_dim", config.head_dim);
  if (!fields.Has("head_dim")) {
    config.head_dim = kDefault;
    return {};
  }
  if (config.hidden % config.heads != 0) return fields.Missing("head_dim");
  config.head_dim = config.hidden / config.heads;
  return {};
}

Status ReadSizes(const Fields& fields, format::ModelConfig& config) {
  GRAM_RETURN_IF_ERROR(fields.Integer("hidden_size", config.hidden));
  GRAM_RETURN_IF_ERROR(fields.Integer("intermediate_size", config.feed_forward));
  GRAM_RETURN_IF_ERROR(fields.Integer("num_hidden_layers", config.layers));
  GRAM_RETURN_IF_ERROR(fields.Integer("num_attention_heads", config.heads));
  GRAM_RETURN_IF_ERROR(fields.Integer("num_key_value_heads", config.kv_heads));
  GRAM_RETURN_IF_ERROR(fields.Integer("vocab_size", config.vocab));
  GRAM_RETURN_IF_ERROR(fields.Integer("max_position_embeddings", config.max_positions));
  return ReadHeadDim(fields, config);
}

}  // namespace

Result<format::ModelConfig> ParseHfConfig(std::string_view json, const std::string& where,
                                          std::vector<std::string>* notes) {
  GRAM_ASSIGN_OR_RETURN(const JsonObject document, ParseJsonObject(json, where));
  const Fields fields(document.root, where);
  GRAM_RETURN_IF_ERROR(CheckArchitecture(fields));
  GRAM_RETURN_IF_ERROR(CheckComputation(fields));
  format::ModelConfig config;
  GRAM_RETURN_IF_ERROR(ReadSizes(fields, config));
  GRAM_RETURN_IF_ERROR(CheckLayerTypes(fields, config.layers));
  double rms_eps = 0;
  GRAM_RETURN_IF_ERROR(fields.Number("rms_norm_eps", rms_eps));
  config.rms_eps = static_cast<float>(rms_eps);
  GRAM_RETURN_IF_ERROR(ReadRope(fields, where, config.rope_theta));
  GRAM_RETURN_IF_ERROR(fields.OptionalBool("tie_word_embeddings", config.tied_embeddings));
  GRAM_RETURN_IF_ERROR(format::Validate(config, where));
  if (notes != nullptr) NoteUnknown(fields, notes);
  return config;
}

Result<format::ModelConfig> ReadHfConfig(const std::string& path, std::vector<std::string>* notes) {
  GRAM_ASSIGN_OR_RETURN(const std::string json, ReadWholeFile(path, kLargestConfig));
  return ParseHfConfig(json, path, notes);
}

}  // namespace gram::convert
