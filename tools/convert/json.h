// Reading JSON files with simdjson: the parsed document and errors that name the file.
#ifndef GRAM_TOOLS_CONVERT_JSON_H_
#define GRAM_TOOLS_CONVERT_JSON_H_

#include <simdjson.h>

#include <memory>
#include <string>
#include <string_view>

#include "engine/base/status.h"

namespace gram::convert {

/// A parsed document; `root` lives as long as `parser`.
struct JsonObject {
  std::unique_ptr<simdjson::dom::parser> parser;
  simdjson::dom::object root;
};

/// kCorrupt, naming `where`, unless `text` is a JSON object without repeated keys at its top;
/// kOutOfMemory when memory runs out.
Result<JsonObject> ParseJsonObject(std::string_view text, const std::string& where);

/// kCorrupt naming `where` and the key if one occurs twice: readers disagree on which counts.
Status CheckKeysAreUnique(simdjson::dom::object object, const std::string& where);

/// `text`, which comes from a file, made fit for a message of one line: control characters become
/// '?', and a long text is cut.
std::string Printable(std::string_view text);

}  // namespace gram::convert

#endif  // GRAM_TOOLS_CONVERT_JSON_H_
