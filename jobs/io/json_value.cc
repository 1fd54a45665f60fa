#include "jobs/io/json_value.h"

#include <new>

namespace gram::jobs {
namespace {

namespace ondemand = simdjson::ondemand;

constexpr int kMaxDepth = 128;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

size_t SkipDigits(std::string_view s, size_t i) {
  while (i < s.size() && IsDigit(s[i])) ++i;
  return i;
}

// RFC 8259's number. simdjson checks a number only when it converts it, and conversion would refuse
// the big integers that ids may be.
bool IsJsonNumber(std::string_view s) {
  size_t i = s.starts_with('-') ? 1 : 0;
  size_t end = SkipDigits(s, i);
  if (end == i || (s[i] == '0' && end != i + 1)) return false;
  if (end < s.size() && s[end] == '.') {
    i = end + 1;
    end = SkipDigits(s, i);
    if (end == i) return false;
  }
  if (end < s.size() && (s[end] == 'e' || s[end] == 'E')) {
    i = end + 1;
    if (i < s.size() && (s[i] == '+' || s[i] == '-')) ++i;
    end = SkipDigits(s, i);
    if (end == i) return false;
  }
  return end == s.size();
}

// Reads a value and everything in it, whether it is used or not.
class ValueReader {
 public:
  std::optional<RowError> Read(ondemand::value value, int depth, CheckedValue& checked) {
    ondemand::json_type type{};
    // simdjson has no type for NaN and Infinity.
    if (value.type().get(type) != simdjson::SUCCESS) return ReadLiteral(value, checked);
    switch (type) {
      case ondemand::json_type::object:
        checked.type = JsonType::kObject;
        return ReadObject(value, depth, checked);
      case ondemand::json_type::array:
        checked.type = JsonType::kArray;
        return ReadArray(value, depth, checked);
      case ondemand::json_type::string:
        return ReadString(value, checked);
      default:
        return ReadLiteral(value, checked);
    }
  }

 private:
  static std::optional<RowError> ReadString(ondemand::value& value, CheckedValue& checked) {
    checked.type = JsonType::kString;
    const std::string_view raw = TrimRight(value.raw_json_token());
    if (auto error = value.get_string().get(checked.text)) return FromSimdjson(error);
    // Escapes can spell code points that UTF-8 does not have.
    if (checked.text.size() + 2 != raw.size() &&
        !simdjson::validate_utf8(checked.text.data(), checked.text.size())) {
      return FromSimdjson(simdjson::STRING_ERROR);
    }
    return std::nullopt;
  }

  static std::optional<RowError> ReadLiteral(ondemand::value& value, CheckedValue& checked) {
    const std::optional<JsonType> type = LiteralType(TrimRight(value.raw_json_token()));
    if (!type) return InvalidJson("the line is not well-formed JSON");
    checked.type = *type;
    checked.not_finite = *type == JsonType::kNotFinite;
    return std::nullopt;
  }

  std::optional<RowError> ReadObject(ondemand::value& value, int depth, CheckedValue& checked) {
    if (depth == kMaxDepth) return TooDeep();
    ondemand::object object;
    if (auto error = value.get_object().get(object)) return FromSimdjson(error);
    for (auto result : object) {
      ondemand::field nested;
      std::string_view name;
      if (auto error = std::move(result).get(nested)) return FromSimdjson(error);
      if (auto error = nested.unescaped_key().get(name)) return FromSimdjson(error);
      CheckedValue inside;
      if (auto error = Read(nested.value(), depth + 1, inside)) return error;
      checked.not_finite = checked.not_finite || inside.not_finite;
    }
    return std::nullopt;
  }

  std::optional<RowError> ReadArray(ondemand::value& value, int depth, CheckedValue& checked) {
    if (depth == kMaxDepth) return TooDeep();
    ondemand::array array;
    if (auto error = value.get_array().get(array)) return FromSimdjson(error);
    for (auto result : array) {
      if (auto error = result.error()) return FromSimdjson(error);
      CheckedValue inside;
      if (auto error = Read(result.value_unsafe(), depth + 1, inside)) return error;
      checked.not_finite = checked.not_finite || inside.not_finite;
    }
    return std::nullopt;
  }

  static RowError TooDeep() {
    return {"too_deep", "values are nested more than " + std::to_string(kMaxDepth) + " deep"};
  }
};

}  // namespace

std::string_view TrimRight(std::string_view s) {
  const size_t last = s.find_last_not_of(" \t\r\n");
  return last == std::string_view::npos ? std::string_view() : s.substr(0, last + 1);
}

RowError InvalidJson(std::string message) { return {"invalid_json", std::move(message)}; }

RowError FromSimdjson(simdjson::error_code error) {
  switch (error) {
    case simdjson::UTF8_ERROR:
      return {"invalid_utf8", "the line is not valid UTF-8"};
    case simdjson::STRING_ERROR:
      return InvalidJson("a string holds a bad escape or half of a surrogate pair");
    case simdjson::UNESCAPED_CHARS:
      return InvalidJson("a string holds an unescaped control character");
    case simdjson::UNCLOSED_STRING:
      return InvalidJson("a string is not closed");
    case simdjson::INCOMPLETE_ARRAY_OR_OBJECT:
      return InvalidJson("the line ends inside an object or array");
    case simdjson::MEMALLOC:
      throw std::bad_alloc();  // no fault of the row's
    case simdjson::CAPACITY:
      return {"too_long", "the line is too long to be parsed"};
    default:
      return InvalidJson("the line is not well-formed JSON");
  }
}

std::optional<JsonType> LiteralType(std::string_view raw) {
  if (raw == "null") return JsonType::kNull;
  if (raw == "true" || raw == "false") return JsonType::kBool;
  if (IsJsonNumber(raw)) return JsonType::kNumber;
  if (raw == "NaN" || raw == "Infinity" || raw == "-Infinity") return JsonType::kNotFinite;
  return std::nullopt;
}

std::optional<RowError> CheckValue(ondemand::value value, CheckedValue& checked) {
  return ValueReader().Read(value, 1, checked);
}

}  // namespace gram::jobs
