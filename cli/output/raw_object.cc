#include "cli/output/raw_object.h"

#include <simdjson.h>

#include <algorithm>
#include <utility>

#include "engine/base/status.h"

namespace gram::cli {
namespace {

namespace ondemand = simdjson::ondemand;

constexpr std::string_view kSpace = " \t\r\n";

Status NotAnObject(simdjson::error_code error) {
  std::string message = "not the text of a JSON object: ";
  message += simdjson::error_message(error);
  return Corrupt(std::move(message));
}

// Adds the member that `field` is; its value's place is measured from `base`.
simdjson::error_code Add(ondemand::field& field, const char* base,
                         std::vector<RawMember>& members) {
  std::string_view name;
  std::string_view value;
  if (auto error = field.unescaped_key().get(name)) return error;
  if (auto error = simdjson::to_json_string(field.value()).get(value)) return error;
  const size_t size = value.find_last_not_of(kSpace) + 1;
  const auto begin = static_cast<size_t>(value.data() - base);
  members.push_back({std::string(name), begin, begin + size});
  return simdjson::SUCCESS;
}

}  // namespace

Result<std::vector<RawMember>> RawMembers(std::string_view object) {
  const simdjson::padded_string text(object);
  ondemand::parser parser;
  ondemand::document document;
  ondemand::object root;
  if (auto error = parser.iterate(text).get(document)) return NotAnObject(error);
  if (auto error = document.get_object().get(root)) return NotAnObject(error);
  std::vector<RawMember> members;
  for (auto result : root) {
    ondemand::field field;
    if (auto error = std::move(result).get(field)) return NotAnObject(error);
    if (auto error = Add(field, text.data(), members)) return NotAnObject(error);
  }
  return members;
}

const RawMember* FindMember(const std::vector<RawMember>& members, std::string_view name) {
  const auto found = std::find_if(members.begin(), members.end(),
                                  [name](const RawMember& member) { return member.name == name; });
  return found == members.end() ? nullptr : &*found;
}

std::string WithValue(std::string_view object, const RawMember& member, std::string_view value) {
  std::string text(object.substr(0, member.begin));
  text += value;
  text += object.substr(member.end);
  return text;
}

std::string WithSwappedValues(std::string_view object, const RawMember& a, const RawMember& b) {
  const auto& [first, second] =
      std::minmax(a, b, [](const RawMember& x, const RawMember& y) { return x.begin < y.begin; });
  std::string text(object.substr(0, first.begin));
  text += object.substr(second.begin, second.end - second.begin);
  text += object.substr(first.end, second.begin - first.end);
  text += object.substr(first.begin, first.end - first.begin);
  text += object.substr(second.end);
  return text;
}

std::string WithMembers(std::string_view object, std::string_view members) {
  const size_t brace = object.rfind('}');
  std::string text(object.substr(0, brace));
  const bool empty = text[text.find_last_not_of(kSpace)] == '{';
  if (!members.empty() && !empty) text += ',';
  text += members;
  text += object.substr(brace);
  return text;
}

std::string OnOneLine(std::string_view object) {
  std::string text(object);
  std::replace_if(
      text.begin(), text.end(), [](char c) { return c == '\n' || c == '\r'; }, ' ');
  return text;
}

}  // namespace gram::cli
