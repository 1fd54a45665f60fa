#include "tokenizer/chat_template.h"

#include <optional>

#include "engine/base/files.h"
#include "tokenizer/jinja_condition.h"
#include "tokenizer/json_document.h"
#include "tokenizer/template_probe.h"

namespace gram::tokenizer {
namespace {

constexpr std::string_view kPrefix = "<|im_start|>user\n";
constexpr std::string_view kSuffix = "<|im_end|>\n<|im_start|>assistant\n";
constexpr std::string_view kNoThinking = "<think>\n\n</think>\n\n";

constexpr uint64_t kMaxFileBytes = uint64_t{1} << 28;  // tokenizer_config.json may list all tokens

constexpr std::string_view kWayOut =
    "; give the text around the message to gram-cpu convert with --template-prefix and "
    "--template-suffix";

Status NotRecognized(const std::string& where, const std::string& reason) {
  return Unsupported(where + ": the chat template is not recognised: " + reason +
                     std::string(kWayOut));
}

std::string WhyDifferent(std::string_view written) {
  const size_t content = written.find(kContentMark);
  if (content == written.npos || written.find(kContentMark, content + 1) != written.npos) {
    return "it does not write the user's message exactly once";
  }
  if (written.substr(0, content).ends_with(kPrefix)) {
    if (content > kPrefix.size()) {
      return "it puts text of its own before the user's turn, such as a default system prompt";
    }
    return "what it writes behind the user's message is not ChatML's end and assistant turn";
  }
  return "what it writes before the user's message is not ChatML's <|im_start|>user";
}

// The "chat_template" of a JSON file; nothing where the file has none.
Result<std::optional<std::string>> TemplateInJson(const std::string& path) {
  GRAM_ASSIGN_OR_RETURN(const std::string json, ReadWholeFile(path, kMaxFileBytes));
  GRAM_ASSIGN_OR_RETURN(const JsonDocument document, ParseJson(json, path));
  const auto found = document.root["chat_template"];
  if (found.error() != simdjson::SUCCESS || found.value_unsafe().is_null()) {
    return std::optional<std::string>();
  }
  std::string_view text;
  if (found.get(text) == simdjson::SUCCESS) return std::optional(std::string(text));
  simdjson::dom::array list;
  if (found.get(list) == simdjson::SUCCESS) {
    for (const simdjson::dom::element& entry : list) {
      std::string_view name;
      if (entry["name"].get(name) == simdjson::SUCCESS && name == "default" &&
          entry["template"].get(text) == simdjson::SUCCESS) {
        return std::optional(std::string(text));
      }
    }
  }
  return Unsupported(path + ": chat_template is neither a text nor a list with a \"default\"" +
                     std::string(kWayOut));
}

}  // namespace

Result<ChatTemplate> RecognizeChatTemplate(std::string_view jinja, const std::string& where) {
  const Result<std::string> normal = ProbeTemplate(jinja, false);
  if (!normal.ok()) return NotRecognized(where, normal.status().message());
  const std::string expected = std::string(kPrefix) + kContentMark + std::string(kSuffix);
  if (*normal != expected) return NotRecognized(where, WhyDifferent(*normal));
  const Result<std::string> off = ProbeTemplate(jinja, true);
  if (!off.ok()) return NotRecognized(where, off.status().message());
  if (*off != expected && *off != expected + std::string(kNoThinking)) {
    return NotRecognized(where, "turning enable_thinking off does not add Qwen3's empty <think>");
  }
  return ChatTemplate{std::string(kPrefix), std::string(kSuffix), off->substr(expected.size())};
}

Result<ChatTemplate> ChatTemplateFromFolder(const std::string& folder) {
  const std::string jinja_path = folder + "/chat_template.jinja";
  const Result<std::string> jinja = ReadWholeFile(jinja_path, kMaxFileBytes);
  if (jinja.ok()) return RecognizeChatTemplate(*jinja, jinja_path);
  if (jinja.status().code() != StatusCode::kNotFound) return jinja.status();
  for (const char* name : {"/tokenizer_config.json", "/chat_template.json"}) {
    const std::string path = folder + name;
    const auto found = TemplateInJson(path);
    if (!found.ok() && found.status().code() == StatusCode::kNotFound) continue;
    if (!found.ok()) return found.status();
    if (*found) return RecognizeChatTemplate(**found, path);
  }
  return NotFound(folder + ": no chat template in chat_template.jinja, tokenizer_config.json or " +
                  "chat_template.json" + std::string(kWayOut));
}

}  // namespace gram::tokenizer
