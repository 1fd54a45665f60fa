// Parsing JSON with simdjson, with errors that name the file.
#ifndef GRAM_TOKENIZER_JSON_DOCUMENT_H_
#define GRAM_TOKENIZER_JSON_DOCUMENT_H_

#include <simdjson.h>

#include <memory>
#include <string>
#include <string_view>

#include "engine/base/status.h"

namespace gram::tokenizer {

/// A parsed document; `root` lives as long as `parser`.
struct JsonDocument {
  std::unique_ptr<simdjson::dom::parser> parser;
  simdjson::dom::element root;
};

/// kCorrupt where `text` is not JSON, kOutOfMemory for want of memory; both name `where`.
Result<JsonDocument> ParseJson(std::string_view text, const std::string& where);

}  // namespace gram::tokenizer

#endif  // GRAM_TOKENIZER_JSON_DOCUMENT_H_
