#include "jobs/io/raw_object.h"

#include <algorithm>
#include <utility>

#include "engine/base/status.h"
#include "jobs/io/json_line.h"

namespace gram::jobs {
namespace {

constexpr std::string_view kSpace = " \t\r\n";

}  // namespace

Result<std::vector<RawMember>> RawMembers(std::string_view object) {
  std::string text(object);
  JsonLineParser parser;
  const JsonLine line = parser.Parse(text);
  if (line.error) return Corrupt(line.error->message);
  std::vector<RawMember> members;
  for (const JsonField& field : line.fields) {
    const auto begin = static_cast<size_t>(field.raw.data() - text.data());
    members.push_back({field.name, begin, begin + field.raw.size()});
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

}  // namespace gram::jobs
