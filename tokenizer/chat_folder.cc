// Where a checkpoint folder keeps its chat template and its special tokens.
#include <utility>

#include "engine/base/files.h"
#include "tokenizer/chat_template.h"
#include "tokenizer/json.h"

namespace gram::tokenizer {
namespace {

constexpr uint64_t kMaxFileBytes = uint64_t{1} << 28;  // tokenizer_config.json may list all tokens

constexpr std::string_view kWayOut =
    "; give the template's texts to gram-cpu convert with --template-prefix and --template-suffix, "
    "or --template-prefix, --template-between and --template-end";

using Json = simdjson::simdjson_result<simdjson::dom::element>;

// A special token's text, which may be in an object; nothing where it is null.
std::optional<std::string> TokenText(const simdjson::dom::element& value) {
  std::string_view text;
  if (value.get(text) == simdjson::SUCCESS || value["content"].get(text) == simdjson::SUCCESS) {
    return std::string(text);
  }
  return std::nullopt;
}

// Adds the tokens that `tokens` has not yet.
void AddTokens(const simdjson::dom::element& root, TokenTexts* tokens) {
  for (const char* name : {"bos_token", "eos_token", "unk_token", "sep_token", "pad_token",
                           "cls_token", "mask_token"}) {
    const Json value = root[name];
    if (value.error() == simdjson::SUCCESS) tokens->emplace(name, TokenText(value.value_unsafe()));
  }
}

// The template in a file's "chat_template"; nothing where it has none.
Result<std::optional<std::string>> TemplateIn(const simdjson::dom::element& root,
                                              const std::string& path) {
  const Json found = root["chat_template"];
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
  return Unsupported(path + ": chat_template is neither a string nor a list with a \"default\"" +
                     std::string(kWayOut));
}

struct Found {
  std::string jinja;
  std::string path;
};

// What a folder's JSON files say.
struct Files {
  TokenTexts tokens;
  std::optional<Found> found;
};

Result<Files> ReadJsonFiles(const std::string& folder) {
  Files files;
  for (const char* name :
       {"/tokenizer_config.json", "/special_tokens_map.json", "/chat_template.json"}) {
    const std::string path = folder + name;
    const Result<std::string> json = ReadWholeFile(path, kMaxFileBytes);
    if (!json.ok() && json.status().code() == StatusCode::kNotFound) continue;
    if (!json.ok()) return json.status();
    GRAM_ASSIGN_OR_RETURN(const JsonDocument document, ParseJson(*json, path));
    AddTokens(document.root, &files.tokens);
    if (files.found) continue;
    GRAM_ASSIGN_OR_RETURN(auto jinja, TemplateIn(document.root, path));
    if (jinja) files.found = Found{*std::move(jinja), path};
  }
  return files;
}

}  // namespace

Result<ChatTemplate> ChatTemplateFromFolder(const std::string& folder) {
  const std::string jinja_path = folder + "/chat_template.jinja";
  const Result<std::string> jinja = ReadWholeFile(jinja_path, kMaxFileBytes);
  if (!jinja.ok() && jinja.status().code() != StatusCode::kNotFound) return jinja.status();
  GRAM_ASSIGN_OR_RETURN(const Files files, ReadJsonFiles(folder));
  if (jinja.ok()) return RecognizeChatTemplate(*jinja, files.tokens, jinja_path);
  if (files.found) {
    return RecognizeChatTemplate(files.found->jinja, files.tokens, files.found->path);
  }
  return NotFound(folder + ": no chat template in chat_template.jinja, tokenizer_config.json or " +
                  "chat_template.json" + std::string(kWayOut));
}

}  // namespace gram::tokenizer
