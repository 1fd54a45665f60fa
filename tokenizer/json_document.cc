#include "tokenizer/json_document.h"

namespace gram::tokenizer {

Result<JsonDocument> ParseJson(std::string_view text, const std::string& where) {
  JsonDocument document{std::make_unique<simdjson::dom::parser>(), {}};
  const char* const bytes = text.empty() ? "" : text.data();  // the parser copies them, even none
  const auto error = document.parser->parse(bytes, text.size()).get(document.root);
  if (error == simdjson::SUCCESS) return document;
  if (error == simdjson::MEMALLOC) {
    return OutOfMemory("out of memory reading " + where + " (" + std::to_string(text.size()) +
                       " bytes of JSON)");
  }
  return Corrupt(where + ": not readable as JSON: " + simdjson::error_message(error));
}

}  // namespace gram::tokenizer
