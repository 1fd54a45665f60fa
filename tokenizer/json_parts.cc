#include "tokenizer/json_parts.h"

namespace gram::tokenizer {
namespace {

using simdjson::SUCCESS;
using simdjson::dom::array;
using simdjson::dom::element;

std::string_view TypeOf(const element& value) {
  std::string_view type;
  return value["type"].get(type) == SUCCESS ? type : std::string_view();
}

Status Flatten(const element& value, std::string_view list_key, const JsonPlace& place,
               std::vector<JsonPart>* parts) {
  const std::string_view type = TypeOf(value);
  if (type != "Sequence") {
    parts->push_back({value, place, type});
    return Status();
  }
  const FieldRule rules[] = {{"type", JsonRule::kAny}, {list_key, JsonRule::kAny}};
  GRAM_RETURN_IF_ERROR(CheckFields(value, rules, place));
  GRAM_ASSIGN_OR_RETURN(const array list, GetJson<array>(value, list_key, place, "an array"));
  size_t index = 0;
  for (const element& item : list) {
    GRAM_RETURN_IF_ERROR(Flatten(item, list_key, place.Field(list_key).Item(index++), parts));
  }
  return Status();
}

}  // namespace

Result<std::vector<JsonPart>> PartsOf(const element& root, std::string_view key,
                                      std::string_view list_key, const JsonPlace& top) {
  std::vector<JsonPart> parts;
  const auto found = root[key];
  if (found.error() == SUCCESS && !found.value_unsafe().is_null()) {
    GRAM_RETURN_IF_ERROR(Flatten(found.value_unsafe(), list_key, top.Field(key), &parts));
  }
  return parts;
}

Status WrongParts(const JsonPlace& place, size_t count, std::string_view supported) {
  return Unsupported(place.Name() + " has " + std::to_string(count) +
                     (count == 1 ? " part" : " parts") + "; gram-cpu supports only " +
                     std::string(supported));
}

Status WrongType(const JsonPart& part, std::string_view supported) {
  const auto type = part.value["type"];
  return Unsupported(part.place.Field("type").Name() +
                     (type.error() == SUCCESS ? " is " + JsonForMessage(type.value_unsafe())
                                              : std::string(" is missing")) +
                     "; gram-cpu supports only " + std::string(supported));
}

bool IsStringPattern(const element& value, std::string_view text) {
  std::string_view found;
  simdjson::dom::object pattern;
  return value["pattern"].get(pattern) == SUCCESS && pattern.size() == 1 &&
         pattern["String"].get(found) == SUCCESS && found == text;
}

}  // namespace gram::tokenizer
