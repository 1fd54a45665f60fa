// Reading JSON with errors that name the file and the field, and checking an object against what
// may stand in it, field by field, so that nothing in a file is overlooked: a field without a rule
// is refused unless it is null.
#ifndef GRAM_TOKENIZER_JSON_H_
#define GRAM_TOKENIZER_JSON_H_

#include <simdjson.h>

#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "engine/base/status.h"

namespace gram::tokenizer {

/// A parsed document; `root` lives as long as `parser`.
struct JsonDocument {
  std::unique_ptr<simdjson::dom::parser> parser;
  simdjson::dom::element root;
};

/// kCorrupt where `text` is not JSON, kOutOfMemory when memory runs out; both name `where`.
Result<JsonDocument> ParseJson(std::string_view text, const std::string& where);

enum class JsonRule {
  kAny,         ///< read elsewhere, or without effect here
  kFalse,       ///< false, and there
  kTrue,        ///< true, and there
  kNotTrue,     ///< false, null or absent
  kFlag,        ///< true or false, and there
  kFlagOrNone,  ///< true, false, null or absent
  kZeroOrNone,  ///< 0, null or absent
  kEmpty,       ///< "", null or absent
  kText,        ///< exactly FieldRule::text, and there
  kTextOrNone,  ///< exactly FieldRule::text, null or absent
};

struct FieldRule {
  std::string_view key;
  JsonRule rule;
  std::string_view text = {};
};

/// Where a JSON value is, for messages: the file and the path in it.
struct JsonPlace {
  std::string where;  ///< such as the file's path
  std::string path;   ///< such as "pre_tokenizer.pretokenizers[0]"; empty for the whole file

  JsonPlace Field(std::string_view key) const;
  JsonPlace Item(size_t index) const;
  /// "WHERE: PATH"
  std::string Name() const;
};

/// `text`, which is UTF-8, cut where it is too long for a message.
std::string Shortened(std::string_view text);

/// `value` as it stands in the file, shortened: for messages.
std::string JsonForMessage(const simdjson::dom::element& value);

/// parent[key] as a T, or kCorrupt that says it has to be `kind`.
template <typename T>
Result<T> GetJson(const simdjson::dom::element& parent, std::string_view key,
                  const JsonPlace& place, const char* kind) {
  T value;
  if (parent[key].get(value) == simdjson::SUCCESS) return value;
  return Corrupt(place.Field(key).Name() + " must be " + kind);
}

/// kUnsupported that names the offending field and what was expected; also where `value` is no
/// object. kCorrupt for a key that occurs twice.
Status CheckFields(const simdjson::dom::element& value, std::span<const FieldRule> rules,
                   const JsonPlace& place);

}  // namespace gram::tokenizer

#endif  // GRAM_TOKENIZER_JSON_H_
