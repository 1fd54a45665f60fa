#include "tools/convert/json.h"

#include <algorithm>
#include <vector>

#include "engine/base/json_numbers.h"

namespace gram::convert {

Result<JsonObject> ParseJsonObject(std::string_view text, const std::string& where) {
  JsonObject document{std::make_unique<simdjson::dom::parser>(), {}};
  simdjson::dom::element root;
  auto error = document.parser->parse(text.data(), text.size()).get(root);
  if (error == simdjson::NUMBER_ERROR) {
    error = document.parser->parse(WithLargeNumbersAsFloats(text)).get(root);
  }
  if (error == simdjson::MEMALLOC) {
    return OutOfMemory("out of memory reading " + where + " (" + std::to_string(text.size()) +
                       " bytes of JSON)");
  }
  if (error != simdjson::SUCCESS) {
    return Corrupt(where + ": not valid JSON: " + simdjson::error_message(error));
  }
  if (root.get(document.root) != simdjson::SUCCESS) {
    return Corrupt(where + ": not a JSON object");
  }
  GRAM_RETURN_IF_ERROR(CheckKeysAreUnique(document.root, where));
  return document;
}

Status CheckKeysAreUnique(simdjson::dom::object object, const std::string& where) {
  std::vector<std::string_view> keys;
  for (const auto& field : object) keys.push_back(field.key);
  std::sort(keys.begin(), keys.end());
  const auto twice = std::adjacent_find(keys.begin(), keys.end());
  if (twice == keys.end()) return {};
  return Corrupt(where + ": '" + Printable(*twice) + "' occurs twice");
}

std::string Printable(std::string_view text) {
  constexpr size_t kLongest = 200;
  std::string printable(text.substr(0, kLongest));
  std::replace_if(
      printable.begin(), printable.end(),
      [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }, '?');
  if (text.size() > kLongest) printable += "...";
  return printable;
}

}  // namespace gram::convert
