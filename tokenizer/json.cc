#include "tokenizer/json.h"

#include <algorithm>
#include <vector>

#include "engine/base/json_numbers.h"

namespace gram::tokenizer {
namespace {

using simdjson::dom::element;

constexpr size_t kMaxDescription = 60;  // bytes

bool IsFlag(const element& value) { return value.is_bool(); }

bool Is(const element& value, bool wanted) {
  bool flag = !wanted;
  return value.get(flag) == simdjson::SUCCESS && flag == wanted;
}

bool IsZero(const element& value) {
  double number = 1;
  return value.get(number) == simdjson::SUCCESS && number == 0;
}

bool IsText(const element& value, std::string_view text) {
  std::string_view found;
  return value.get(found) == simdjson::SUCCESS && found == text;
}

bool Obeys(const FieldRule& rule, const element& value) {
  switch (rule.rule) {
    case JsonRule::kAny:
      return true;
    case JsonRule::kFalse:
      return Is(value, false);
    case JsonRule::kTrue:
      return Is(value, true);
    case JsonRule::kNotTrue:
      return value.is_null() || Is(value, false);
    case JsonRule::kFlag:
      return IsFlag(value);
    case JsonRule::kFlagOrNone:
      return value.is_null() || IsFlag(value);
    case JsonRule::kZeroOrNone:
      return value.is_null() || IsZero(value);
    case JsonRule::kEmpty:
      return value.is_null() || IsText(value, "");
    case JsonRule::kText:
      return IsText(value, rule.text);
    case JsonRule::kTextOrNone:
      return value.is_null() || IsText(value, rule.text);
  }
  return false;
}

std::string Expected(const FieldRule& rule) {
  switch (rule.rule) {
    case JsonRule::kFalse:
    case JsonRule::kNotTrue:
      return "false";
    case JsonRule::kTrue:
      return "true";
    case JsonRule::kFlag:
    case JsonRule::kFlagOrNone:
      return "true or false";
    case JsonRule::kZeroOrNone:
      return "null or 0";
    case JsonRule::kEmpty:
      return "null or \"\"";
    default:
      return '"' + std::string(rule.text) + '"';
  }
}

bool MustBeThere(const FieldRule& rule) {
  return rule.rule == JsonRule::kFalse || rule.rule == JsonRule::kTrue ||
         rule.rule == JsonRule::kFlag || rule.rule == JsonRule::kText;
}

Status CheckField(std::string_view key, const element& value, std::span<const FieldRule> rules,
                  const JsonPlace& place) {
  const auto rule =
      std::find_if(rules.begin(), rules.end(), [key](const FieldRule& r) { return r.key == key; });
  if (rule == rules.end()) {
    if (value.is_null()) return Status();
    return Unsupported(place.Field(key).Name() + " is not a setting that gram-cpu knows; it is " +
                       JsonForMessage(value));
  }
  if (Obeys(*rule, value)) return Status();
  return Unsupported(place.Field(key).Name() + " is " + JsonForMessage(value) +
                     "; gram-cpu supports only " + Expected(*rule));
}

}  // namespace

Result<JsonDocument> ParseJson(std::string_view text, const std::string& where) {
  JsonDocument document{std::make_unique<simdjson::dom::parser>(), {}};
  const char* const bytes = text.empty() ? "" : text.data();  // the parser copies them, even none
  auto error = document.parser->parse(bytes, text.size()).get(document.root);
  if (error == simdjson::NUMBER_ERROR) {
    error = document.parser->parse(WithLargeNumbersAsFloats(text)).get(document.root);
  }
  if (error == simdjson::SUCCESS) return document;
  if (error == simdjson::MEMALLOC) {
    return OutOfMemory("out of memory reading " + where + " (" + std::to_string(text.size()) +
                       " bytes of JSON)");
  }
  return Corrupt(where + ": not readable as JSON: " + simdjson::error_message(error));
}

JsonPlace JsonPlace::Field(std::string_view key) const {
  return {where, path.empty() ? Shortened(key) : path + "." + Shortened(key)};
}

JsonPlace JsonPlace::Item(size_t index) const {
  return {where, path + "[" + std::to_string(index) + "]"};
}

std::string JsonPlace::Name() const { return path.empty() ? where : where + ": " + path; }

std::string Shortened(std::string_view text) {
  if (text.size() <= kMaxDescription) return std::string(text);
  size_t cut = kMaxDescription;
  while ((static_cast<unsigned char>(text[cut]) & 0xc0) == 0x80) --cut;  // not inside a character
  return std::string(text.substr(0, cut)) + "...";
}

std::string JsonForMessage(const element& value) { return Shortened(simdjson::minify(value)); }

Status CheckFields(const element& value, std::span<const FieldRule> rules, const JsonPlace& place) {
  simdjson::dom::object object;
  if (value.get(object) != simdjson::SUCCESS) {
    return Unsupported(place.Name() + " is " + JsonForMessage(value) + ", not an object");
  }
  // simdjson keeps both of two equal keys and finds the first; other readers take the last.
  std::vector<std::string_view> keys;
  for (const auto& field : object) keys.push_back(field.key);
  std::sort(keys.begin(), keys.end());
  if (const auto twice = std::adjacent_find(keys.begin(), keys.end()); twice != keys.end()) {
    return Corrupt(place.Field(*twice).Name() + " is given twice");
  }
  for (const auto& field : object) {
    GRAM_RETURN_IF_ERROR(CheckField(field.key, field.value, rules, place));
  }
  for (const FieldRule& rule : rules) {
    if (MustBeThere(rule) && !std::binary_search(keys.begin(), keys.end(), rule.key)) {
      return Unsupported(place.Field(rule.key).Name() + " is missing; gram-cpu supports only " +
                         Expected(rule));
    }
  }
  return Status();
}

}  // namespace gram::tokenizer
