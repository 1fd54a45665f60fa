// The components of a tokenizer.json: an object with a type, or a Sequence of such objects.
#ifndef GRAM_TOKENIZER_JSON_PARTS_H_
#define GRAM_TOKENIZER_JSON_PARTS_H_

#include <string>
#include <string_view>
#include <vector>

#include "engine/base/status.h"
#include "tokenizer/json.h"

namespace gram::tokenizer {

/// One object of a component, and where it stands.
struct JsonPart {
  simdjson::dom::element value;
  JsonPlace place;
  std::string_view type;  ///< its "type"; empty where it has none
};

/// root[key] by itself, or, of a Sequence, what the list `list_key` in it holds, sequences in it
/// likewise; nothing where it is null or absent. Errors: kUnsupported and kCorrupt for a Sequence
/// that is none.
Result<std::vector<JsonPart>> PartsOf(const simdjson::dom::element& root, std::string_view key,
                                      std::string_view list_key, const JsonPlace& top);

/// kUnsupported: "PLACE has N parts; gram-cpu supports only SUPPORTED".
Status WrongParts(const JsonPlace& place, size_t count, std::string_view supported);

/// kUnsupported: "PLACE.type is TYPE; gram-cpu supports only SUPPORTED".
Status WrongType(const JsonPart& part, std::string_view supported);

/// Whether the field "pattern" of `value` is {"String": text}.
bool IsStringPattern(const simdjson::dom::element& value, std::string_view text);

}  // namespace gram::tokenizer

#endif  // GRAM_TOKENIZER_JSON_PARTS_H_
