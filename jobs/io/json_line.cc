#include "jobs/io/json_line.h"

#include <simdjson.h>

#include <algorithm>
#include <unordered_set>

#include "jobs/io/json_value.h"

namespace gram::jobs {
namespace {

namespace ondemand = simdjson::ondemand;

constexpr size_t kMaxFields = 65536;
constexpr size_t kShownNameBytes = 60;

// Reads `value` of `document`, which stands at it, and appends it to `fields`.
std::optional<RowError> ReadField(ondemand::document& document, ondemand::value value,
                                  std::string_view name, JsonLine& read) {
  std::vector<JsonField>& fields = read.fields;
  if (fields.size() == kMaxFields) {
    return RowError{"too_many", "more than " + std::to_string(kMaxFields) + " values side by side"};
  }
  std::string_view raw = TrimRight(value.raw_json_token());  // of a container: its bracket
  CheckedValue checked;
  if (auto error = CheckValue(value, checked)) return error;
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
