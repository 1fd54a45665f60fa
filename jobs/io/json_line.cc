#include "jobs/io/json_line.h"

#include <simdjson.h>

#include <algorithm>
#include <new>
#include <unordered_set>

namespace gram::jobs {
namespace {

namespace ondemand = simdjson::ondemand;

constexpr int kMaxDepth = 128;
constexpr size_t kMaxFields = 65536;
constexpr size_t kShownNameBytes = 60;

// `text` without white space at its end.
std::string_view TrimRight(std::string_view text) {
  const size_t last = text.find_last_not_of(" \t\r\n");
  return last == std::string_view::npos ? std::string_view() : text.substr(0, last + 1);
}

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

// The type of a literal or number, or nothing where `raw` is neither.
std::optional<JsonType> LiteralType(std::string_view raw) {
  if (raw == "null") return JsonType::kNull;
  if (raw == "true" || raw == "false") return JsonType::kBool;
  if (IsJsonNumber(raw)) return JsonType::kNumber;
  if (raw == "NaN" || raw == "Infinity" || raw == "-Infinity") return JsonType::kNotFinite;
  return std::nullopt;
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

// What is kept of a value.
struct CheckedValue {
  JsonType type = JsonType::kNull;
  std::string_view text;    // of a string, unescaped; lives in the parser
  bool not_finite = false;  // it is, or holds, NaN or an infinity
};

// Reads a value and everything in it, whether it is used or not: simdjson's On-Demand interface
// leaves unchecked what it skips.
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

// Reads `value` of `document`, which stands at it, and appends it to `fields`.
std::optional<RowError> ReadField(ondemand::document& document, ondemand::value value,
                                  std::string_view name, JsonLine& read) {
  std::vector<JsonField>& fields = read.fields;
  if (fields.size() == kMaxFields) {
    return RowError{"too_many", "more than " + std::to_string(kMaxFields) + " values side by side"};
  }
  std::string_view raw = TrimRight(value.raw_json_token());  // of a container: its bracket
  CheckedValue checked;
  if (auto error = ValueReader().Read(value, 1, checked)) return error;
  read.not_finite = read.not_finite || checked.not_finite;
  if (checked.type == JsonType::kArray || checked.type == JsonType::kObject) {
    const char* next = nullptr;  // the token behind the value
    if (auto error = document.current_location().get(next)) return FromSimdjson(error);
    raw = TrimRight({raw.data(), static_cast<size_t>(next - raw.data())});
  }
  fields.push_back({std::string(name), checked.type, std::string(checked.text), raw});
  return std::nullopt;
}

std::optional<RowError> ReadObjectFields(ondemand::document& document, JsonLine& read) {
  ondemand::object object;
  if (auto error = document.get_object().get(object)) return FromSimdjson(error);
  for (auto result : object) {
    ondemand::field field;
    std::string_view name;
    if (auto error = std::move(result).get(field)) return FromSimdjson(error);
    if (auto error = field.unescaped_key().get(name)) return FromSimdjson(error);
    if (auto error = ReadField(document, field.value(), name, read)) return error;
  }
  return std::nullopt;
}

std::optional<RowError> ReadElements(ondemand::document& document, JsonLine& read) {
  ondemand::array array;
  if (auto error = document.get_array().get(array)) return FromSimdjson(error);
  for (auto result : array) {
    if (auto error = result.error()) return FromSimdjson(error);
    const std::string index = std::to_string(read.fields.size());
    if (auto error = ReadField(document, result.value_unsafe(), index, read)) return error;
  }
  return std::nullopt;
}

std::optional<RowError> ReadRow(ondemand::document& document, JsonLine& read) {
  ondemand::json_type type{};
  if (auto error = document.type().get(type)) return FromSimdjson(error);
  if (type != ondemand::json_type::object) {
    const bool scalar = type != ondemand::json_type::array && type != ondemand::json_type::string;
    std::string_view raw;
    if (scalar && (document.raw_json_token().get(raw) || !LiteralType(TrimRight(raw)))) {
      return InvalidJson("the line is not well-formed JSON");
    }
    return RowError{"wrong_type", "the line is not a JSON object {...}"};
  }
  if (auto error = ReadObjectFields(document, read)) return error;
  // Past the last token there is no location.
  if (document.current_location().error() != simdjson::OUT_OF_BOUNDS) {
    return InvalidJson("text follows the JSON object");
  }
  return std::nullopt;
}

RowError CommaBehind() {
  return InvalidJson(
      "a comma follows the JSON object: rows stand without commas on their lines, or in an array "
      "with its brackets");
}

std::optional<RowError> FindDuplicate(const std::vector<JsonField>& fields) {
  std::unordered_set<std::string_view> seen;
  for (const JsonField& field : fields) {
    if (!seen.insert(field.name).second) {
      return RowError{"duplicate_field", "field \"" + field.name.substr(0, kShownNameBytes) +
                                             "\" occurs more than once"};
    }
  }
  return std::nullopt;
}

}  // namespace

std::string_view JsonTypeName(JsonType type) {
  switch (type) {
    case JsonType::kString:
      return "a string";
    case JsonType::kNumber:
      return "a number";
    case JsonType::kBool:
      return "a boolean";
    case JsonType::kNull:
      return "null";
    case JsonType::kArray:
      return "an array";
    case JsonType::kObject:
      return "an object";
    case JsonType::kNotFinite:
      return "NaN or infinity, which JSON does not have";
  }
  return "unknown";
}

const JsonField* JsonLine::Find(std::string_view name) const {
  const auto found = std::find_if(fields.begin(), fields.end(),
                                  [name](const JsonField& field) { return field.name == name; });
  return found == fields.end() ? nullptr : &*found;
}

struct JsonLineParser::Impl {
  ondemand::parser parser;
};

JsonLineParser::JsonLineParser() : impl_(std::make_unique<Impl>()) {}
JsonLineParser::JsonLineParser(JsonLineParser&&) noexcept = default;
JsonLineParser::~JsonLineParser() = default;

JsonLine JsonLineParser::Parse(std::string& line) {
  JsonLine result;
  // Checked first: simdjson would report an open string before bad UTF-8.
  if (!simdjson::validate_utf8(line.data(), line.size())) {
    result.error = FromSimdjson(simdjson::UTF8_ERROR);
    return result;
  }
  line.reserve(line.size() + simdjson::SIMDJSON_PADDING);
  ondemand::document document;
  const simdjson::padded_string_view view(line.data(), line.size(), line.capacity());
  if (auto error = impl_->parser.iterate(view).get(document)) {
    result.error = FromSimdjson(error);
    if (line.ends_with("},")) result.error = CommaBehind();
    return result;
  }
  result.error = ReadRow(document, result);
  if (result.error && result.error->code == "invalid_json" && line.ends_with("},")) {
    result.error = CommaBehind();
  }
  if (auto duplicate = FindDuplicate(result.fields); duplicate && !result.error) {
    result.error = std::move(duplicate);
  }
  return result;
}

JsonLine JsonLineParser::Open(const JsonField& container) {
  JsonLine result;
  if (container.type != JsonType::kArray && container.type != JsonType::kObject) return result;
  // Parse has left room for padding behind the line, hence behind every part of it.
  const simdjson::padded_string_view view(container.raw.data(), container.raw.size(),
                                          container.raw.size() + simdjson::SIMDJSON_PADDING);
  ondemand::document document;
  if (auto error = impl_->parser.iterate(view).get(document)) {
    result.error = FromSimdjson(error);
  } else if (container.type == JsonType::kArray) {
    result.error = ReadElements(document, result);
  } else {
    result.error = ReadObjectFields(document, result);
    if (!result.error) result.error = FindDuplicate(result.fields);
  }
  return result;
}

}  // namespace gram::jobs
