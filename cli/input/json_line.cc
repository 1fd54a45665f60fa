#include "cli/input/json_line.h"

#include <simdjson.h>

#include <algorithm>
#include <unordered_set>

#include "cli/input/line_reader.h"

namespace gram::cli {
namespace {

namespace ondemand = simdjson::ondemand;

constexpr int kMaxDepth = 128;
constexpr size_t kShownNameBytes = 60;

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
    case simdjson::CAPACITY:
    case simdjson::MEMALLOC:
      return {"too_long", "the line is too long to be parsed"};
    default:
      return InvalidJson("the line is not well-formed JSON");
  }
}

// The type of a literal or number, or nothing where `raw` is neither.
std::optional<JsonType> LiteralType(std::string_view raw) {
  if (raw == "null") return JsonType::kNull;
  if (raw == "true" || raw == "false") return JsonType::kBool;
  if (IsJsonNumber(raw)) return JsonType::kNumber;
  return std::nullopt;
}

// Reads one value into `field` and checks it to its end. Name views of nested fields are not kept.
class ValueReader {
 public:
  std::optional<RowError> Read(ondemand::value value, int depth, JsonField& field) {
    ondemand::json_type type{};
    if (auto error = value.type().get(type)) return FromSimdjson(error);
    switch (type) {
      case ondemand::json_type::object:
        field.type = JsonType::kObject;
        return ReadObject(value, depth);
      case ondemand::json_type::array:
        field.type = JsonType::kArray;
        return ReadArray(value, depth);
      case ondemand::json_type::string:
        return ReadString(value, field);
      default:
        return ReadLiteral(value, field);
    }
  }

 private:
  std::optional<RowError> ReadString(ondemand::value& value, JsonField& field) {
    field.type = JsonType::kString;
    field.raw = TrimRight(value.raw_json_token());
    if (auto error = value.get_string().get(field.text)) return FromSimdjson(error);
    // Escapes can spell code points that UTF-8 does not have.
    if (field.text.size() + 2 != field.raw.size() &&
        !simdjson::validate_utf8(field.text.data(), field.text.size())) {
      return FromSimdjson(simdjson::STRING_ERROR);
    }
    return std::nullopt;
  }

  static std::optional<RowError> ReadLiteral(ondemand::value& value, JsonField& field) {
    field.raw = TrimRight(value.raw_json_token());
    const std::optional<JsonType> type = LiteralType(field.raw);
    if (!type) return InvalidJson("the line is not well-formed JSON");
    field.type = *type;
    return std::nullopt;
  }

  std::optional<RowError> ReadObject(ondemand::value& value, int depth) {
    if (depth == kMaxDepth) return TooDeep();
    ondemand::object object;
    if (auto error = value.get_object().get(object)) return FromSimdjson(error);
    for (auto result : object) {
      ondemand::field nested;
      std::string_view name;
      if (auto error = std::move(result).get(nested)) return FromSimdjson(error);
      if (auto error = nested.unescaped_key().get(name)) return FromSimdjson(error);
      JsonField ignored;
      if (auto error = Read(nested.value(), depth + 1, ignored)) return error;
    }
    return std::nullopt;
  }

  std::optional<RowError> ReadArray(ondemand::value& value, int depth) {
    if (depth == kMaxDepth) return TooDeep();
    ondemand::array array;
    if (auto error = value.get_array().get(array)) return FromSimdjson(error);
    for (auto result : array) {
      if (auto error = result.error()) return FromSimdjson(error);
      JsonField ignored;
      if (auto error = Read(result.value_unsafe(), depth + 1, ignored)) return error;
    }
    return std::nullopt;
  }

  static RowError TooDeep() {
    return {"too_deep", "values are nested more than " + std::to_string(kMaxDepth) + " deep"};
  }
};

std::optional<RowError> ReadFields(ondemand::document& document, std::vector<JsonField>& fields) {
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
  ondemand::object object;
  if (auto error = document.get_object().get(object)) return FromSimdjson(error);
  for (auto result : object) {
    ondemand::field raw_field;
    JsonField field;
    if (auto error = std::move(result).get(raw_field)) return FromSimdjson(error);
    if (auto error = raw_field.unescaped_key().get(field.name)) return FromSimdjson(error);
    if (auto error = ValueReader().Read(raw_field.value(), 1, field)) return error;
    fields.push_back(field);
  }
  // Past the last token there is no location.
  if (document.current_location().error() != simdjson::OUT_OF_BOUNDS) {
    return InvalidJson("text follows the JSON object");
  }
  return std::nullopt;
}

std::optional<RowError> FindDuplicate(const std::vector<JsonField>& fields) {
  std::unordered_set<std::string_view> seen;
  for (const JsonField& field : fields) {
    if (!seen.insert(field.name).second) {
      return RowError{"duplicate_field", "field \"" +
                                             std::string(field.name.substr(0, kShownNameBytes)) +
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
  }
  return "unknown";
}

const JsonField* JsonLine::Find(std::string_view name) const {
  const auto found = std::find_if(fields.begin(), fields.end(),
                                  [name](const JsonField& field) { return field.name == name; });
  return found == fields.end() ? nullptr : &*found;
}

JsonLine TooLongLine() {
  JsonLine line;
  line.error = RowError{"too_long", "the line is longer than " +
                                        std::to_string(LineReader::kMaxLineBytes >> 20) + " MiB"};
  return line;
}

struct JsonLineParser::Impl {
  ondemand::parser parser;
};

JsonLineParser::JsonLineParser() : impl_(std::make_unique<Impl>()) {}
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
    return result;
  }
  result.error = ReadFields(document, result.fields);
  if (auto duplicate = FindDuplicate(result.fields); duplicate && !result.error) {
    result.error = std::move(duplicate);
  }
  return result;
}

}  // namespace gram::cli
