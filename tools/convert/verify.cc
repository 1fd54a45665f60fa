#include "tools/convert/verify.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/format/layout.h"
#include "tools/convert/packing.h"
#include "tools/convert/safetensors.h"
#include "tools/convert/source.h"

namespace gram::convert {
namespace {

using Json = nlohmann::ordered_json;

std::string Hex(uint64_t value) {
  std::array<char, 17> text{};
  std::snprintf(text.data(), text.size(), "%016llx", static_cast<unsigned long long>(value));
  return text.data();
}

// The double that prints as the float does: 1e-06, not 9.999999974752427e-07.
double AsPrinted(float value) {
  std::array<char, 32> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
  double printed = value;
  std::from_chars(text.data(), end, printed);
  return printed;
}

std::vector<uint32_t> SlidingLayers(const format::ModelConfig& config) {
  std::vector<uint32_t> layers;
  for (uint32_t i = 0; i < config.num_hidden_layers; ++i) {
    if (config.sliding_layers[i]) layers.push_back(i);
  }
  return layers;
}

Json RopeJson(const format::RopeParameters& rope) {
  Json json = {{"rope_type", format::RopeTypeName(rope.rope_type)},
               {"rope_theta", rope.rope_theta}};
  if (rope.rope_type != format::RopeType::kDefault) json["factor"] = rope.factor;
  if (rope.rope_type == format::RopeType::kLlama3) {
    json["low_freq_factor"] = rope.low_freq_factor;
    json["high_freq_factor"] = rope.high_freq_factor;
  }
  if (rope.original_max_position_embeddings > 0) {
    json["original_max_position_embeddings"] = rope.original_max_position_embeddings;
  }
  return json;
}

// What a model does not have is left out.
Json ConfigJson(const format::ModelConfig& config) {
  Json json = {{"architecture", config.architecture},
               {"hidden_size", config.hidden_size},
               {"intermediate_size", config.intermediate_size},
               {"num_hidden_layers", config.num_hidden_layers},
               {"num_attention_heads", config.num_attention_heads},
               {"num_key_value_heads", config.num_key_value_heads},
               {"head_dim", config.head_dim},
               {"vocab_size", config.vocab_size},
               {"max_position_embeddings", config.max_position_embeddings},
               {"rms_norm_eps", AsPrinted(config.rms_norm_eps)},
               {"hidden_act", format::ActivationName(config.hidden_act)},
               {"rope_parameters", RopeJson(config.rope)},
               {"tie_word_embeddings", config.tie_word_embeddings}};
  for (const auto& [name, is] : {std::pair("qk_norm", config.qk_norm),
                                 {"qkv_bias", config.qkv_bias},
                                 {"norm_plus_one", config.norm_plus_one},
                                 {"branch_norms", config.branch_norms},
                                 {"scale_embeddings", config.scale_embeddings}}) {
    if (is) json[name] = true;
  }
  for (const auto& [name, value] :
       {std::pair("query_pre_attn_scalar", config.query_pre_attn_scalar),
        {"attn_logit_softcapping", config.attn_logit_softcapping}}) {
    if (value != 0) json[name] = value;
  }
  if (config.sliding_window > 0) {
    json["sliding_window"] = config.sliding_window;
    json["sliding_layers"] = SlidingLayers(config);
  }
  return json;
}

Json ReadoutJson(const format::Readout& readout) {
  Json json = {{"head", format::HeadName(readout.head)}};
  if (readout.rows > 0) json["rows"] = readout.rows;
  if (readout.pad_token_id >= 0) json["pad_token_id"] = readout.pad_token_id;
  if (readout.reward_token_id >= 0) json["reward_token_id"] = readout.reward_token_id;
  return json;
}

std::string RuleName(const format::ContentRule& rule) {
  if (rule.trimmed) return "trimmed";
  return rule.newlines_cut ? "leading line feeds cut" : "as it is";
}

// The date's place is shown as {date}.
std::string WithPlace(const std::string& text) { return format::WithDate(text, "{date}"); }

Json ChatJson(const format::ChatPieces& chat) {
  Json json = Json::object();
  if (chat.judge) {
    json["prefix"] = WithPlace(chat.prefix);
    json["suffix"] = chat.suffix;
    json["no_thinking"] = chat.no_thinking;
    json["message"] = RuleName(chat.message);
  }
  if (chat.reward) {
    const format::RewardForm& form = *chat.reward;
    json["reward"] = {{"before", WithPlace(form.before)},
                      {"between", form.between},
                      {"after", form.after},
                      {"question", RuleName(form.question)},
                      {"response", form.think_block ? "think block" : RuleName(form.response)}};
    if (form.tool_responses) json["reward"]["tool_responses"] = "no think block";
  }
  if (!chat.bos.empty()) json["bos"] = chat.bos;
  if (!chat.date.empty()) json["date"] = chat.date;
  return json;
}

std::string ShapeOf(const format::TensorEntry& tensor) {
  if (tensor.role == format::TensorRole::kVector) return ShapeText({tensor.cols});
  return ShapeText({tensor.rows, tensor.cols});
}

Json TensorJson(const format::TensorEntry& tensor) {
  return {{"name", tensor.name},
          {"role", format::RoleName(tensor.role)},
          {"rows", tensor.rows},
          {"cols", tensor.cols},
          {"dtype", DTypeName(tensor.dtype)},
          {"layout", format::LayoutName(tensor.layout)},
          {"offset", tensor.offset},
          {"bytes", tensor.data.size()},
          {"xxh3", Hex(tensor.checksum)}};
}

// The pipeline and the BOS token, or why they cannot be told.
std::string TokenizerText(const format::PackedFile& file) {
  const auto summary = SummarizeTokenizer(file.tokenizer_bytes(), file.path());
  if (!summary.ok()) return summary.status().message();
  return "pipeline " + summary->pipeline +
         (summary->bos ? ", BOS " + std::to_string(*summary->bos) : ", no BOS");
}

uint64_t CountParameters(const format::PackedFile& file) {
  uint64_t parameters = 0;
  for (const format::TensorEntry& tensor : file.tensors()) parameters += tensor.rows * tensor.cols;
  return parameters;
}

std::string Padded(std::string text, size_t width) {
  text.resize(std::max(text.size(), width), ' ');
  return text;
}

}  // namespace

std::string DescribeText(const format::PackedFile& file) {
  std::string text = file.path() + "\n";
  const auto line = [&text](const std::string& label, const std::string& value) {
    text += Padded(label, 25) + value + "\n";
  };
  line("file version", std::to_string(file.version()));
  line("bytes", std::to_string(file.file_bytes()));
  line("checksum", Hex(file.model_checksum()));
  line("parameters", std::to_string(CountParameters(file)));
  line("weight dtype", std::string(DTypeName(file.weight_dtype())));
  const Json config = ConfigJson(file.config());
  for (const auto& [field, value] : config.items()) {
    line(field, value.is_string() ? value.get<std::string>() : value.dump());
  }
  line("readout", ReadoutJson(file.readout()).dump());
  line("tokenizer",
       std::to_string(file.tokenizer_bytes().size()) + " bytes, " + TokenizerText(file));
  const Json chat = ChatJson(file.chat());
  for (const auto& [field, value] : chat.items())
    line("chat " + field, value.dump(-1, ' ', false, Json::error_handler_t::replace));
  line("provenance", std::string(file.provenance()));
  line("tensors", std::to_string(file.tensors().size()));
  for (const format::TensorEntry& tensor : file.tensors()) {
    text += "  " + Padded(tensor.name, 24) + Padded(ShapeOf(tensor), 18) +
            Padded(std::string(DTypeName(tensor.dtype)), 6) +
            Padded(std::string(format::LayoutName(tensor.layout)), 11) + "at " +
            Padded(std::to_string(tensor.offset), 12) + "xxh3 " + Hex(tensor.checksum) + "\n";
  }
  return text;
}

std::string DescribeJson(const format::PackedFile& file) {
  Json tensors = Json::array();
  for (const format::TensorEntry& tensor : file.tensors()) tensors.push_back(TensorJson(tensor));
  Json provenance = Json::parse(file.provenance(), nullptr, /*allow_exceptions=*/false);
  if (provenance.is_discarded()) provenance = file.provenance();
  const auto summary = SummarizeTokenizer(file.tokenizer_bytes(), file.path());
  const Json json = {{"file", file.path()},
                     {"version", file.version()},
                     {"bytes", file.file_bytes()},
                     {"checksum", Hex(file.model_checksum())},
                     {"parameters", CountParameters(file)},
                     {"weight_dtype", DTypeName(file.weight_dtype())},
                     {"config", ConfigJson(file.config())},
                     {"readout", ReadoutJson(file.readout())},
                     {"tokenizer_bytes", file.tokenizer_bytes().size()},
                     {"tokenizer_pipeline", summary.ok() ? Json(summary->pipeline) : Json()},
                     {"tokenizer_bos", summary.ok() && summary->bos ? Json(*summary->bos) : Json()},
                     {"chat", ChatJson(file.chat())},
                     {"provenance", provenance},
                     {"tensors", tensors}};
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

namespace {

// `describe` of the packed file at `path`.
Result<std::string> Describe(const std::string& path,
                             std::string (*describe)(const format::PackedFile& file)) {
  return OrOutOfMemory("reading " + path, [&]() -> Result<std::string> {
    GRAM_RETURN_IF_ERROR(CheckIsPackedModel(path));
    GRAM_ASSIGN_OR_RETURN(const format::PackedFile file, format::PackedFile::Open(path));
    return describe(file);
  });
}

Result<VerifyReport> VerifyFile(const std::string& path) {
  GRAM_RETURN_IF_ERROR(CheckIsPackedModel(path));
  GRAM_ASSIGN_OR_RETURN(const format::PackedFile file, format::PackedFile::Open(path));
  VerifyReport report{.tensors = file.tensors().size(),
                      .bytes = file.file_bytes(),
                      .model_checksum = file.model_checksum(),
                      .problems = {}};
  for (size_t i = 0; i < file.tensors().size(); ++i) {
    const Status status = file.VerifyTensor(i);
    if (!status.ok()) report.problems.push_back(status.message());
  }
  return report;
}

}  // namespace

Result<std::string> DescribeText(const std::string& path) { return Describe(path, DescribeText); }

Result<std::string> DescribeJson(const std::string& path) { return Describe(path, DescribeJson); }

Result<VerifyReport> Verify(const std::string& path) {
  return OrOutOfMemory("verifying " + path, [&] { return VerifyFile(path); });
}

}  // namespace gram::convert
