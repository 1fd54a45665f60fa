// A folder's tokenizer files, and what tokenizer_config.json, added_tokens.json and
// special_tokens_map.json would change in the tokenizer that tokenizer.json describes: transformers
// applies them on top of it.
#include <charconv>
#include <optional>
#include <utility>

#include "engine/base/files.h"
#include "tokenizer/tokenizer.h"
#include "tools/convert/json.h"
#include "tools/convert/packing.h"
#include "tools/convert/source.h"

namespace gram::convert {
namespace {

using simdjson::SUCCESS;
using simdjson::dom::element;
using simdjson::dom::object;
using tokenizer::Tokenizer;

constexpr uint64_t kLargestFile = uint64_t{1} << 28;  // bytes

constexpr char kWayOut[] =
    "; transformers would apply it. Load the tokenizer there and save it again, so that "
    "tokenizer.json has it";

bool IsTrue(const object& fields, const char* name) {
  bool flag = false;
  return fields[name].get(flag) == SUCCESS && flag;
}

Status CheckId(std::string_view token, int64_t id, const std::string& where,
               const Tokenizer& tokenizer) {
  const std::optional<tokenizer::TokenId> known = tokenizer.TokenToId(token);
  if (known == id) return {};
  return Unsupported(where + ": token '" + Printable(token) + "' has the id " + std::to_string(id) +
                     (known ? ", but in tokenizer.json it has " + std::to_string(*known)
                            : std::string(", but tokenizer.json does not have it")) +
                     kWayOut);
}

// {"151643": {"content": "<|endoftext|>", "lstrip": false, ...}, ...}
Status CheckDecoder(const object& tokens, const std::string& where, const Tokenizer& tokenizer) {
  for (const auto& [key, value] : tokens) {
    int64_t id = -1;
    std::string_view content;
    object fields;
    const auto parsed = std::from_chars(key.data(), key.data() + key.size(), id);
    if (parsed.ptr != key.data() + key.size() || value.get(fields) != SUCCESS ||
        fields["content"].get(content) != SUCCESS) {
      return Corrupt(where + ": '" + Printable(key) + "' is not an id with a token");
    }
    GRAM_RETURN_IF_ERROR(CheckId(content, id, where, tokenizer));
    for (const char* flag : {"lstrip", "rstrip", "single_word", "normalized"}) {
      if (!IsTrue(fields, flag)) continue;
      return Unsupported(where + ": token '" + Printable(content) + "' has " + flag +
                         ", which gram-cpu does not support");
    }
  }
  return {};
}

// A special token is a text, an object with its content, or a list of these.
Status CheckSpecial(const element& value, const std::string& where, const Tokenizer& tokenizer) {
  std::string_view text;
  object fields;
  simdjson::dom::array list;
  if (value.get(list) == SUCCESS) {
    for (const element& item : list) GRAM_RETURN_IF_ERROR(CheckSpecial(item, where, tokenizer));
    return {};
  }
  if (value.get(fields) == SUCCESS) {
    if (fields["content"].get(text) != SUCCESS) return {};
  } else if (value.get(text) != SUCCESS) {
    return {};
  }
  if (text.empty() || tokenizer.TokenToId(text)) return {};
  return Unsupported(where + ": the token '" + Printable(text) + "' is not in tokenizer.json" +
                     kWayOut);
}

Status CheckSpecials(const object& fields, const std::string& path, const Tokenizer& tokenizer) {
  for (const char* name :
       {"bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token",
        "additional_special_tokens", "extra_special_tokens"}) {
    const auto value = fields[name];
    if (value.error() != SUCCESS) continue;
    GRAM_RETURN_IF_ERROR(CheckSpecial(value.value_unsafe(), path + ": " + name, tokenizer));
  }
  return {};
}

// Where the file says whether a text begins with BOS, transformers makes the post-processor anew.
Status CheckBos(const object& fields, const std::string& path, const Tokenizer& tokenizer) {
  bool add = false;
  if (fields["add_bos_token"].get(add) != SUCCESS) return {};
  std::string_view text;
  object token;
  const auto bos = fields["bos_token"];
  if (bos.get(token) == SUCCESS) {
    if (token["content"].get(text) != SUCCESS) text = {};
  } else if (bos.get(text) != SUCCESS) {
    text = {};
  }
  const std::optional<tokenizer::TokenId> wanted =
      add ? tokenizer.TokenToId(text) : std::optional<tokenizer::TokenId>();
  if (add == wanted.has_value() && wanted == tokenizer.bos()) return {};
  return Unsupported(path + ": add_bos_token is " + (add ? "true" : "false") +
                     (tokenizer.bos() ? ", but tokenizer.json puts the token " +
                                            std::to_string(*tokenizer.bos()) + " before a text"
                                      : ", but tokenizer.json puts no token before a text") +
                     kWayOut);
}

// InternLM2's own tokenizers do what its tokenizer.json says; other code is not known.
Status CheckCode(const object& fields, const std::string& path) {
  const auto map = fields["auto_map"];
  if (map.error() != SUCCESS || map.value_unsafe().is_null()) return {};
  bool known = true;
  const auto check = [&known](const element& value) {
    std::string_view name;
    known = known &&
            (value.is_null() || (value.get(name) == SUCCESS &&
                                 (name == "tokenization_internlm2.InternLM2Tokenizer" ||
                                  name == "tokenization_internlm2_fast.InternLM2TokenizerFast")));
  };
  simdjson::dom::array classes;
  const auto named = map["AutoTokenizer"];
  if (named.get(classes) == SUCCESS) {
    for (const element& item : classes) check(item);
  } else if (named.error() == SUCCESS) {
    check(named.value_unsafe());
  } else {
    known = false;
  }
  if (known) return {};
  return Unsupported(path + ": auto_map: the tokenizer is code of the checkpoint's own, which " +
                     "gram-cpu does not run");
}

Status CheckConfig(const object& fields, const std::string& path, const Tokenizer& tokenizer) {
  for (const char* flag :
       {"add_prefix_space", "add_eos_token", "split_special_tokens", "do_lower_case"}) {
    if (IsTrue(fields, flag)) {
      return Unsupported(path + ": " + flag + " is true, which gram-cpu does not support");
    }
  }
  GRAM_RETURN_IF_ERROR(CheckBos(fields, path, tokenizer));
  GRAM_RETURN_IF_ERROR(CheckCode(fields, path));
  object decoder;
  if (fields["added_tokens_decoder"].get(decoder) == SUCCESS) {
    GRAM_RETURN_IF_ERROR(CheckDecoder(decoder, path + ": added_tokens_decoder", tokenizer));
  }
  return CheckSpecials(fields, path, tokenizer);
}

// {"<|endoftext|>": 151643, ...}
Status CheckAdded(const object& fields, const std::string& path, const Tokenizer& tokenizer) {
  for (const auto& [token, value] : fields) {
    int64_t id = -1;
    if (value.get(id) != SUCCESS) {
      return Corrupt(path + ": '" + Printable(token) + "' has an id that is not an integer");
    }
    GRAM_RETURN_IF_ERROR(CheckId(token, id, path, tokenizer));
  }
  return {};
}

// kUnsupported naming file and field where one of `folder`'s files adds a token, gives one another
// id or way of matching, or has texts treated in another way; kCorrupt, kIo. Files that are absent
// change nothing.
Status CheckBeside(const std::string& folder, const Tokenizer& tokenizer) {
  using Check = Status (*)(const object&, const std::string&, const Tokenizer&);
  constexpr std::pair<const char*, Check> kFiles[] = {{"/tokenizer_config.json", CheckConfig},
                                                      {"/added_tokens.json", CheckAdded},
                                                      {"/special_tokens_map.json", CheckSpecials}};
  for (const auto& [name, check] : kFiles) {
    const std::string path = folder + name;
    const Result<std::string> text = ReadWholeFile(path, kLargestFile);
    if (!text.ok() && text.status().code() == StatusCode::kNotFound) continue;
    if (!text.ok()) return text.status();
    GRAM_ASSIGN_OR_RETURN(const JsonObject document, ParseJsonObject(*text, path));
    GRAM_RETURN_IF_ERROR(check(document.root, path, tokenizer));
  }
  return {};
}

}  // namespace

Result<TokenizerSummary> SummarizeTokenizer(std::string_view bytes, const std::string& where) {
  GRAM_ASSIGN_OR_RETURN(const Tokenizer tokenizer, Tokenizer::Deserialize(bytes, where));
  return TokenizerSummary{std::string(tokenizer.pipeline()), tokenizer.bos()};
}

Result<TokenizerSource> LoadTokenizer(const std::string& folder, const ChatOverride& chat,
                                      ChatForm form) {
  GRAM_RETURN_IF_ERROR(CheckIsDownloaded(folder + "/tokenizer.json"));
  if (!Exists(folder + "/tokenizer.json")) {
    GRAM_RETURN_IF_ERROR(CheckIsDownloaded(folder + "/tokenizer.model"));
  }
  std::vector<std::string> notes;
  GRAM_ASSIGN_OR_RETURN(const Tokenizer tokenizer, Tokenizer::FromFolder(folder, &notes));
  for (const char* verdict : {"A", "B"}) {
    if (form == ChatForm::kJudge && !tokenizer.TokenToId(verdict)) {
      return Unsupported(folder + "/tokenizer.json: '" + verdict +
                         "' is not a single token; its logit is half of the verdict");
    }
  }
  GRAM_RETURN_IF_ERROR(CheckBeside(folder, tokenizer));
  GRAM_ASSIGN_OR_RETURN(format::ChatPieces pieces, LoadChat(folder, chat, form));
  return TokenizerSource{tokenizer.Serialize(), tokenizer.vocab_size(), std::move(pieces),
                         std::move(notes)};
}

}  // namespace gram::convert
