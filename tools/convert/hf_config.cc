// config.json: every setting is read, known to have no effect, reported as unknown, or refused.
#include <cmath>
#include <optional>
#include <vector>

#include "engine/base/files.h"
#include "tools/convert/checkpoint.h"
#include "tools/convert/family.h"
#include "tools/convert/json.h"
#include "tools/convert/json_fields.h"
#include "tools/convert/rope_config.h"

namespace gram::convert {
namespace {

using simdjson::SUCCESS;
using simdjson::dom::element;
using simdjson::dom::object;

constexpr size_t kLargestConfig = 1'000'000;  // bytes
constexpr double kGemma2Softcap = 50;         // of Gemma2Config

Result<const Family*> ReadFamily(const Fields& config) {
  const auto found = config.Find("architectures");
  simdjson::dom::array names;
  std::string_view name;
  if (!found) return config.Missing("architectures");
  if (found->get(names) != SUCCESS || names.size() != 1 || names.at(0).get(name) != SUCCESS) {
    return config.Wrong("architectures", "a list of one name");
  }
  const Family* family = FindFamily(name);
  if (family == nullptr) {
    return Unsupported(config.Field("architectures") + " is " + Printable(name) +
                       "; supported are " + KnownArchitectures());
  }
  GRAM_RETURN_IF_ERROR(config.OnlyText("model_type", family->model_type));
  return family;
}

void NoteUnknown(const Fields& config, const Family& family, std::vector<std::string>* notes) {
  for (const auto& [key, value] : config.fields()) {
    if (value.is_null() || IsKnownField(family, key)) continue;
    notes->push_back(config.Field(key) + ": not a setting of " + std::string(family.model_type) +
                     " that gram-cpu knows; it has no effect");
  }
}

Status CheckOwnCode(const Fields& config, const Family& family) {
  if (family.brings_code || !config.Find("auto_map")) return {};
  return Unsupported(config.Field("auto_map") +
                     ": the checkpoint brings model code of its own, which gram-cpu does not run; "
                     "if the model is a plain " +
                     std::string(family.architecture) + ", remove the field");
}

// Settings under which transformers would compute something else.
Status CheckComputation(const Fields& config, const Family& family) {
  for (const char* name : {"quantization_config", "compression_config"}) {
    if (!config.Find(name)) continue;
    return Unsupported(config.Field(name) +
                       ": quantized weights are not supported; convert the original checkpoint");
  }
  GRAM_RETURN_IF_ERROR(CheckOwnCode(config, family));
  double rotary = 1;
  GRAM_RETURN_IF_ERROR(config.OptionalNumber("partial_rotary_factor", rotary));
  if (rotary != 1) return config.NotSupported("partial_rotary_factor", std::to_string(rotary), "1");
  object pruned;
  const auto heads = config.Find("pruned_heads");
  if (heads && (heads->get(pruned) != SUCCESS || pruned.size() != 0)) {
    return Unsupported(config.Field("pruned_heads") + " is not supported");
  }
  for (const char* name :
       {"attention_bias", "mlp_bias", "bias", "use_sliding_window", "use_mrope",
        "use_bidirectional_attention", "is_encoder_decoder", "add_cross_attention"}) {
    GRAM_RETURN_IF_ERROR(config.OnlyFalse(name));
  }
  // Gemma-2's own name comes first there; an old hidden_act beside it is not used.
  return family.gemma2 ? config.OnlyText("hidden_activation", "gelu_pytorch_tanh")
                       : config.OnlyText("hidden_act", "silu");
}

// Where a wrong size is given, the shapes of the weights contradict it.
Status ReadHeadDim(const Fields& fields, const Family& family, format::ModelConfig& config) {
  if (fields.Find("head_dim")) return fields.Integer("head_dim", config.head_dim);
  if (family.head_dim == HeadDimDefault::k256 ||
      (family.head_dim == HeadDimDefault::k128 && !fields.Has("head_dim"))) {
    config.head_dim = family.head_dim == HeadDimDefault::k256 ? 256 : 128;
    return {};
  }
  if (config.hidden_size % config.num_attention_heads != 0) return fields.Missing("head_dim");
  config.head_dim = config.hidden_size / config.num_attention_heads;
  return {};
}

Status ReadSizes(const Fields& fields, const Family& family, format::ModelConfig& config) {
  GRAM_RETURN_IF_ERROR(fields.Integer("hidden_size", config.hidden_size));
  GRAM_RETURN_IF_ERROR(fields.Integer("intermediate_size", config.intermediate_size));
  GRAM_RETURN_IF_ERROR(fields.Integer("num_hidden_layers", config.num_hidden_layers));
  GRAM_RETURN_IF_ERROR(fields.Integer("num_attention_heads", config.num_attention_heads));
  config.num_key_value_heads = config.num_attention_heads;
  GRAM_RETURN_IF_ERROR(
      family.model_type == "llama"
          ? fields.OptionalInteger("num_key_value_heads", config.num_key_value_heads)
          : fields.Integer("num_key_value_heads", config.num_key_value_heads));
  GRAM_RETURN_IF_ERROR(fields.Integer("vocab_size", config.vocab_size));
  GRAM_RETURN_IF_ERROR(fields.Integer("max_position_embeddings", config.max_position_embeddings));
  return ReadHeadDim(fields, family, config);
}

// layer_types; without it, Gemma-2's even layers slide (transformers 4.42 to 4.52), no other's do.
Status ReadLayerTypes(const Fields& fields, const Family& family, format::ModelConfig& config) {
  const auto found = fields.Find("layer_types");
  const uint32_t layers = std::min(config.num_hidden_layers, format::kMaxLayers);
  if (!found) {
    for (uint32_t i = 0; family.gemma2 && i < layers; i += 2) config.sliding_layers.set(i);
    return {};
  }
  simdjson::dom::array types;
  if (found->get(types) != SUCCESS || types.size() != config.num_hidden_layers) {
    return fields.Wrong("layer_types", "a list of num_hidden_layers names");
  }
  uint32_t layer = 0;
  for (const element type : types) {
    std::string_view name;
    if (type.get(name) != SUCCESS) return fields.Wrong("layer_types", "a list of names");
    const bool slides = family.gemma2 && name == "sliding_attention";
    if (!slides && name != "full_attention") {
      return fields.NotSupported(
          "layer_types", name,
          family.gemma2 ? "full_attention or sliding_attention" : "full_attention");
    }
    if (slides && layer < layers) config.sliding_layers.set(layer);
    ++layer;
  }
  return {};
}

// attn_logit_softcapping null is no cap; absent it is transformers' default. A packed file has 0
// for what is not there, so that a 0 that is written down has to be refused.
Status ReadGemma2(const Fields& fields, format::ModelConfig& config) {
  config.hidden_act = format::Activation::kGeluPytorchTanh;
  config.norm_plus_one = true;
  config.branch_norms = true;
  config.scale_embeddings = true;
  GRAM_RETURN_IF_ERROR(fields.Number("query_pre_attn_scalar", config.query_pre_attn_scalar));
  if (!fields.Has("attn_logit_softcapping")) config.attn_logit_softcapping = kGemma2Softcap;
  GRAM_RETURN_IF_ERROR(
      fields.OptionalNumber("attn_logit_softcapping", config.attn_logit_softcapping));
  for (const char* name : {"query_pre_attn_scalar", "attn_logit_softcapping"}) {
    double value = 1;
    GRAM_RETURN_IF_ERROR(fields.OptionalNumber(name, value));
    if (value == 0) return fields.Wrong(name, "a positive number");
  }
  if (config.sliding_layers.none()) return {};
  return fields.Integer("sliding_window", config.sliding_window);
}

// A reward is one number.
Status CheckLabels(const Fields& fields) {
  uint32_t labels = 1;
  GRAM_RETURN_IF_ERROR(fields.OptionalInteger("num_labels", labels));
  object names;
  const auto found = fields.Find("id2label");
  if (found && found->get(names) != SUCCESS) return fields.Wrong("id2label", "an object");
  if (found && names.size() != 1) labels = static_cast<uint32_t>(names.size());
  if (labels == 1) return {};
  return Unsupported(fields.Field(found ? "id2label" : "num_labels") + ": the model has " +
                     std::to_string(labels) +
                     " labels; only models with one, a reward, are "
                     "supported");
}

Status ReadTokenId(const Fields& fields, std::string_view name, uint32_t vocab_size, int32_t& id) {
  int64_t value = -1;
  const auto found = fields.Find(name);
  if (found && found->get(value) != SUCCESS) return fields.Wrong(name, "a token id");
  // An id that the embedding does not have is no token's: it never occurs.
  if (value >= 0 && value < int64_t{vocab_size}) id = static_cast<int32_t>(value);
  return {};
}

Result<format::Readout> ReadReadout(const Fields& fields, const Family& family,
                                    const format::ModelConfig& config) {
  format::Readout readout;
  readout.head = family.head;
  if (!family.gives_reward()) return readout;
  readout.rows = family.head == format::HeadKind::kMlp ? config.hidden_size : 1;
  GRAM_RETURN_IF_ERROR(CheckLabels(fields));
  if (!family.has_reward_token) {
    GRAM_RETURN_IF_ERROR(
        ReadTokenId(fields, "pad_token_id", config.vocab_size, readout.pad_token_id));
    return readout;
  }
  GRAM_RETURN_IF_ERROR(
      ReadTokenId(fields, "reward_token_id", config.vocab_size, readout.reward_token_id));
  if (readout.reward_token_id < 0) return fields.Missing("reward_token_id");
  return readout;
}

Result<format::ModelConfig> ReadModel(const Fields& fields, const Family& family) {
  format::ModelConfig config;
  config.architecture = family.architecture;
  config.qk_norm = family.qk_norm;
  config.qkv_bias = family.qkv_bias;
  config.tie_word_embeddings = family.tied_by_default;
  GRAM_RETURN_IF_ERROR(ReadSizes(fields, family, config));
  GRAM_RETURN_IF_ERROR(ReadLayerTypes(fields, family, config));
  double rms_norm_eps = 0;
  GRAM_RETURN_IF_ERROR(fields.Number("rms_norm_eps", rms_norm_eps));
  config.rms_norm_eps = static_cast<float>(rms_norm_eps);
  GRAM_ASSIGN_OR_RETURN(config.rope, ReadRope(fields, config.max_position_embeddings));
  GRAM_RETURN_IF_ERROR(fields.OptionalBool("tie_word_embeddings", config.tie_word_embeddings));
  if (family.gemma2) GRAM_RETURN_IF_ERROR(ReadGemma2(fields, config));
  return config;
}

}  // namespace

Result<format::ModelDescription> ParseHfConfig(std::string_view json, const std::string& where,
                                               std::vector<std::string>* notes) {
  GRAM_ASSIGN_OR_RETURN(const JsonObject document, ParseJsonObject(json, where));
  const Fields fields(document.root, where);
  GRAM_ASSIGN_OR_RETURN(const Family* family, ReadFamily(fields));
  GRAM_RETURN_IF_ERROR(CheckComputation(fields, *family));
  format::ModelDescription model;
  GRAM_ASSIGN_OR_RETURN(model.config, ReadModel(fields, *family));
  GRAM_ASSIGN_OR_RETURN(model.readout, ReadReadout(fields, *family, model.config));
  GRAM_RETURN_IF_ERROR(format::Validate(model, where));
  if (notes != nullptr) NoteUnknown(fields, *family, notes);
  return model;
}

Result<format::ModelDescription> ReadHfConfig(const std::string& path,
                                              std::vector<std::string>* notes) {
  GRAM_ASSIGN_OR_RETURN(const std::string json, ReadWholeFile(path, kLargestConfig));
  return ParseHfConfig(json, path, notes);
}

}  // namespace gram::convert
