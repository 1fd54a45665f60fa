#include "tokenizer/jinja/value.h"

#include <algorithm>

namespace gram::tokenizer::jinja {
namespace {

constexpr int kMaxDepth = 16;         // lists in lists
constexpr size_t kMaxItems = 10000;   // of a list
constexpr size_t kMaxEntries = 1000;  // of a dictionary, which is searched one by one

Status TooLarge() { return Unsupported("it makes lists that are too long or nested too deeply"); }

}  // namespace

Result<Value> Value::Of(List list) {
  Value value;
  for (const Value& item : list) value.depth_ = std::max(value.depth_, item.depth_ + 1);
  if (value.depth_ > kMaxDepth || list.size() > kMaxItems) return TooLarge();
  value.any_ = std::make_shared<const List>(std::move(list));
  return value;
}

Result<Value> Value::Of(Dict dict) {
  Value value;
  for (const auto& [key, item] : dict) value.depth_ = std::max(value.depth_, item.depth_ + 1);
  if (value.depth_ > kMaxDepth || dict.size() > kMaxEntries) return TooLarge();
  value.any_ = std::make_shared<const Dict>(std::move(dict));
  return value;
}

Value Find(const Dict& dict, const std::string& key) {
  const auto found = std::find_if(dict.begin(), dict.end(),
                                  [&key](const auto& entry) { return entry.first == key; });
  return found == dict.end() ? Value() : found->second;
}

Result<Text> ToText(const Value& value) {
  if (const Text* text = value.AsText()) return *text;
  if (const bool* flag = value.As<bool>()) return Known(*flag ? "True" : "False");
  if (const int64_t* number = value.As<int64_t>()) return Known(std::to_string(*number));
  if (value.IsNone()) return Known("None");
  if (value.IsUndefined()) return Text();
  return Unsupported("it writes " + KindOf(value));
}

std::optional<int64_t> AsNumber(const Value& value) {
  if (const int64_t* number = value.As<int64_t>()) return *number;
  if (const bool* flag = value.As<bool>()) return *flag ? 1 : 0;
  return std::nullopt;
}

std::string KindOf(const Value& value) {
  if (value.IsUndefined()) return "what is not defined";
  if (value.IsNone()) return "none";
  if (value.As<bool>() != nullptr) return "a truth value";
  if (value.As<int64_t>() != nullptr) return "a number";
  if (value.AsText() != nullptr) return "a text";
  if (value.AsList() != nullptr || value.As<SplitSymbol>() != nullptr) return "a list";
  if (value.AsDict() != nullptr) return "a dictionary";
  if (value.As<Variables*>() != nullptr) return "a namespace";
  return "a function";
}

}  // namespace gram::tokenizer::jinja
