#include "tools/convert/verify.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <string_view>

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

// JSON quoting, which shows line feeds in chat pieces; never throws on bytes that are not UTF-8.
std::string Quote(std::string_view text) {
  return Json(text).dump(-1, ' ', false, Json::error_handler_t::replace);
}

// The double that prints as the float does: 1e-06, not 9.999999974752427e-07.
double AsPrinted(float value) {
  std::array<char, 32> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
  double printed = value;
  std::from_chars(text.data(), end, printed);
  return printed;
}

Json ConfigJson(const format::ModelConfig& config) {
  return {{"architecture", format::ArchitectureName(config.architecture)},
          {"hidden", config.hidden},
          {"feed_forward", config.feed_forward},
          {"layers", config.layers},
          {"heads", config.heads},
          {"kv_heads", config.kv_heads},
          {"head_dim", config.head_dim},
          {"vocab", config.vocab},
          {"max_positions", config.max_positions},
          {"rms_eps", AsPrinted(config.rms_eps)},
          {"rope_theta", config.rope_theta},
          {"tied_embeddings", config.tied_embeddings}};
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
    text += Padded(label, 18) + value + "\n";
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
  line("tokenizer",
       std::to_string(file.tokenizer_bytes().size()) + " bytes, " + TokenizerText(file));
  line("chat prefix", Quote(file.chat().prefix));
  line("chat suffix", Quote(file.chat().suffix));
  line("chat no_thinking", Quote(file.chat().no_thinking));
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
                     {"tokenizer_bytes", file.tokenizer_bytes().size()},
                     {"tokenizer_pipeline", summary.ok() ? Json(summary->pipeline) : Json()},
                     {"tokenizer_bos", summary.ok() && summary->bos ? Json(*summary->bos) : Json()},
                     {"chat",
                      {{"prefix", file.chat().prefix},
                       {"suffix", file.chat().suffix},
                       {"no_thinking", file.chat().no_thinking}}},
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
