#include <algorithm>
#include <optional>

#include "tokenizer/jinja/interpreter.h"

namespace gram::tokenizer::jinja {
namespace {

constexpr size_t kMaxNamespaces = 64;
constexpr int64_t kMaxRange = 10000;

Status UnknownUse(const std::string& what, const std::string& name) {
  return Unsupported("it uses the " + what + " '" + name + "' in a way that is not known");
}

// The known texts among a call's arguments, which must be all of them.
Result<std::vector<std::string>> KnownTexts(const std::string& name, const Arguments& arguments) {
  std::vector<std::string> texts;
  for (const Value& value : arguments.values) {
    const std::string* known = value.AsText() == nullptr ? nullptr : AsKnown(*value.AsText());
    if (known == nullptr || !arguments.named.empty()) return UnknownUse("method", name);
    texts.push_back(*known);
  }
  if (!arguments.named.empty()) return UnknownUse("method", name);
  return texts;
}

// Whether `value` is what the test `name` asks for; nothing if there is no such test here.
std::optional<bool> TestKind(const std::string& name, const Value& value) {
  const bool text = value.AsText() != nullptr;
  const bool list = value.AsList() != nullptr || value.As<SplitSymbol>() != nullptr;
  const bool dict = value.AsDict() != nullptr;
  const bool* flag = value.As<bool>();
  const bool integer = value.As<int64_t>() != nullptr;
  if (name == "defined") return !value.IsUndefined();
  if (name == "undefined") return value.IsUndefined();
  if (name == "none") return value.IsNone();
  if (name == "string") return text;
  if (name == "mapping") return dict;
  if (name == "iterable" || name == "sequence") return text || list || dict || value.IsUndefined();
  if (name == "boolean") return flag != nullptr;
  if (name == "true") return flag != nullptr && *flag;
  if (name == "false") return flag != nullptr && !*flag;
  if (name == "integer") return integer;
  if (name == "number") return integer || flag != nullptr;
  return std::nullopt;
}

// The number of items of a value, as `length` has it.
Result<Value> LengthOf(const Value& value) {
  const auto number = [](size_t n) { return Value(static_cast<int64_t>(n)); };
  if (const List* list = value.AsList()) return number(list->size());
  if (const Dict* dict = value.AsDict()) return number(dict->size());
  if (value.IsUndefined()) return number(0);
  const Text* text = value.AsText();
  const std::string* known = text == nullptr ? nullptr : AsKnown(*text);
  if (known == nullptr) return Unsupported("it looks at the length of a message");
  const auto is_start = [](char c) { return (c & 0xc0) != 0x80; };
  return number(static_cast<size_t>(std::count_if(known->begin(), known->end(), is_start)));
}

Result<Value> DictMethod(const Dict& dict, const std::string& name, const Arguments& arguments) {
  if (name == "get" && !arguments.values.empty() && arguments.values.size() <= 2) {
    const Text* key = arguments.values[0].AsText();
    const std::string* known = key == nullptr ? nullptr : AsKnown(*key);
    if (known == nullptr || !arguments.named.empty()) return UnknownUse("method", name);
    const auto is_key = [known](const auto& entry) { return entry.first == *known; };
    const auto found = std::find_if(dict.begin(), dict.end(), is_key);
    if (found != dict.end()) return found->second;
    return arguments.values.size() == 2 ? arguments.values[1] : Value(None());
  }
  const bool items = name == "items";
  if ((!items && name != "keys" && name != "values") || !arguments.values.empty()) {
    return UnknownUse("method", name);
  }
  List list;
  for (const auto& [key, value] : dict) {
    const Value text(Known(key));
    GRAM_ASSIGN_OR_RETURN(Value pair, Value::Of(List{text, value}));
    list.push_back(items ? std::move(pair) : name == "keys" ? text : value);
  }
  return Value::Of(std::move(list));
}

}  // namespace

Result<Arguments> Interpreter::EvaluateArguments(const Expr& expr) {
  Arguments arguments;
  const size_t positional = expr.args.size() - expr.keywords.size();
  for (size_t i = 1; i < expr.args.size(); ++i) {
    GRAM_ASSIGN_OR_RETURN(Value value, Evaluate(*expr.args[i]));
    if (i < positional) {
      arguments.values.push_back(std::move(value));
      continue;
    }
    const std::string& name = expr.keywords[i - positional];
    const auto same = [&name](const auto& named) { return named.first == name; };
    if (std::any_of(arguments.named.begin(), arguments.named.end(), same)) {
      return Unsupported("a call has the argument '" + name + "' twice");
    }
    arguments.named.emplace_back(name, std::move(value));
  }
  return arguments;
}

Result<Value> Interpreter::EvaluateCall(const Expr& expr) {
  const Expr& callee = *expr.args[0];
  if (callee.kind == Expr::Kind::kAttribute) {
    GRAM_ASSIGN_OR_RETURN(const Value object, Evaluate(*callee.args[0]));
    GRAM_ASSIGN_OR_RETURN(const Arguments arguments, EvaluateArguments(expr));
    return CallMethod(object, callee.name, arguments);
  }
  GRAM_ASSIGN_OR_RETURN(const Value function, Evaluate(callee));
  GRAM_ASSIGN_OR_RETURN(const Arguments arguments, EvaluateArguments(expr));
  if (const Node* const* macro = function.As<const Node*>()) return CallMacro(**macro, arguments);
  if (const Function* built_in = function.As<Function>()) {
    return CallFunction(built_in->name, arguments);
  }
  return Unsupported("it calls " +
                     (callee.name.empty() ? KindOf(function) : "'" + callee.name + "'") +
                     ", which is no function");
}

Result<Value> Interpreter::CallFunction(const std::string& name, const Arguments& arguments) {
  const std::vector<Value>& values = arguments.values;
  if (name == "namespace" && values.empty() && namespaces_.size() < kMaxNamespaces) {
    auto space = std::make_unique<Variables>();
    for (const auto& [field, value] : arguments.named) space->insert_or_assign(field, value);
    namespaces_.push_back(std::move(space));
    return Value(namespaces_.back().get());
  }
  if (!arguments.named.empty() || values.empty()) return UnknownUse("function", name);
  if (name == "range" && values.size() <= 2) {
    const int64_t* first = values.size() == 2 ? values[0].As<int64_t>() : nullptr;
    const int64_t* end = values.back().As<int64_t>();
    const int64_t begin = first == nullptr ? 0 : *first;
    if ((values.size() == 2 && first == nullptr) || end == nullptr || *end - begin > kMaxRange) {
      return UnknownUse("function", name);
    }
    List list;
    for (int64_t i = begin; i < *end; ++i) list.emplace_back(i);
    GRAM_RETURN_IF_ERROR(Step(list.size()));
    return Value::Of(std::move(list));
  }
  const std::string* text = values[0].AsText() == nullptr ? nullptr : AsKnown(*values[0].AsText());
  if (name == "raise_exception") {
    outcome_.refused = true;
    outcome_.refusal = text == nullptr ? "" : *text;
    return Unsupported("the template refuses");
  }
  if (name != "strftime_now" || text == nullptr) return UnknownUse("function", name);
  return Value(Symbol(*text == "%d %b %Y" ? "date" : "strftime_now(" + Quote(*text) + ")"));
}

Result<Value> Interpreter::CallMethod(const Value& object, const std::string& name,
                                      const Arguments& arguments) {
  if (const Text* text = object.AsText()) return CallTextMethodOf(*text, name, arguments);
  if (const Dict* dict = object.AsDict()) {
    GRAM_RETURN_IF_ERROR(Step(dict->size()));
    return DictMethod(*dict, name, arguments);
  }
  return Unsupported("it calls '" + name + "' of " + KindOf(object));
}

Result<Value> Interpreter::CallTextMethodOf(const Text& text, const std::string& name,
                                            const Arguments& arguments) {
  GRAM_RETURN_IF_ERROR(Charge(text));
  if (name == "startswith" || name == "endswith") {
    if (arguments.values.size() != 1 || !arguments.named.empty()) return UnknownUse("method", name);
    return StartsOrEnds(text, name, arguments.values[0]);
  }
  GRAM_ASSIGN_OR_RETURN(const std::vector<std::string> texts, KnownTexts(name, arguments));
  if (name == "split") {
    if (texts.size() != 1 || texts[0].empty()) return UnknownUse("method", name);
    if (const std::string* symbol = AsSymbol(text)) return Value(SplitSymbol{*symbol, texts[0]});
    const std::string* known = AsKnown(text);
    if (known == nullptr) return Unsupported("it splits a text with a message in it");
    List list;
    std::vector<std::string> parts = Split(*known, texts[0]);
    GRAM_RETURN_IF_ERROR(Step(parts.size()));
    for (std::string& part : parts) list.emplace_back(Known(std::move(part)));
    return Value::Of(std::move(list));
  }
  GRAM_ASSIGN_OR_RETURN(Text changed, CallTextMethod(text, name, texts));
  GRAM_RETURN_IF_ERROR(Charge(changed));
  return Value(std::move(changed));
}

Result<Value> Interpreter::StartsOrEnds(const Text& text, const std::string& name,
                                        const Value& with) {
  const std::string* part = with.AsText() == nullptr ? nullptr : AsKnown(*with.AsText());
  if (part == nullptr) return UnknownUse("method", name);
  const bool starts = name == "startswith";
  if (part->empty()) return Value(true);
  if (const std::string* known = AsKnown(text)) {
    return Value(starts ? known->starts_with(*part) : known->ends_with(*part));
  }
  const std::string* symbol = AsSymbol(text);
  if (symbol == nullptr) return Unsupported("it looks into a text with a message in it");
  GRAM_ASSIGN_OR_RETURN(const bool holds, Decide(*symbol + "." + name + "(" + Quote(*part) + ")"));
  return Value(holds);
}

Result<Value> Interpreter::JoinList(const Value& list, const Arguments& arguments) {
  const Value separator = arguments.At(0, "d");
  if (list.AsList() == nullptr || arguments.values.size() + arguments.named.size() > 1) {
    return UnknownUse("filter", "join");
  }
  GRAM_ASSIGN_OR_RETURN(const Text between, ToText(separator));
  Text joined;
  for (size_t i = 0; i < list.AsList()->size(); ++i) {
    GRAM_ASSIGN_OR_RETURN(const Text item, ToText((*list.AsList())[i]));
    if (i > 0) Append(between, &joined);
    Append(item, &joined);
    GRAM_RETURN_IF_ERROR(Charge(joined));
  }
  return Value(std::move(joined));
}

Result<Value> Interpreter::EvaluateFilter(const Expr& expr) {
  GRAM_ASSIGN_OR_RETURN(const Value value, Evaluate(*expr.args[0]));
  GRAM_ASSIGN_OR_RETURN(const Arguments arguments, EvaluateArguments(expr));
  const std::string& name = expr.name;
  if (name == "default" || name == "d") {
    GRAM_ASSIGN_OR_RETURN(const bool by_truth, Truth(arguments.At(1, "boolean")));
    GRAM_ASSIGN_OR_RETURN(const bool holds, by_truth ? Truth(value) : !value.IsUndefined());
    if (holds) return value;
    const Value other = arguments.At(0, "default_value");
    return other.IsUndefined() ? Value(Text()) : other;
  }
  if (name == "join") return JoinList(value, arguments);
  constexpr std::string_view kOfTexts[] = {"trim", "upper", "lower", "capitalize", "replace"};
  if (std::find(std::begin(kOfTexts), std::end(kOfTexts), name) != std::end(kOfTexts)) {
    GRAM_ASSIGN_OR_RETURN(const Text text, ToText(value));
    return CallTextMethodOf(text, name == "trim" ? "strip" : name, arguments);
  }
  if (!arguments.values.empty() || !arguments.named.empty()) return UnknownUse("filter", name);
  if (name == "length" || name == "count") return LengthOf(value);
  if (name == "string" || name == "safe") {
    GRAM_ASSIGN_OR_RETURN(Text text, ToText(value));
    return Value(std::move(text));
  }
  const List* list = value.AsList();
  if (list != nullptr && name == "list") return value;
  if (list != nullptr && (name == "first" || name == "last")) {
    return list->empty() ? Value() : name == "first" ? list->front() : list->back();
  }
  return Unsupported("it uses the filter '" + name + "'");
}

Result<Value> Interpreter::EvaluateTest(const Expr& expr) {
  GRAM_ASSIGN_OR_RETURN(const Value value, Evaluate(*expr.args[0]));
  GRAM_ASSIGN_OR_RETURN(const Arguments arguments, EvaluateArguments(expr));
  if (arguments.values.empty() && arguments.named.empty()) {
    const auto holds = TestKind(expr.name, value);
    if (holds) return Value(*holds);
  }
  if (arguments.values.size() != 1 || !arguments.named.empty()) {
    return Unsupported("it uses the test '" + expr.name + "'");
  }
  const std::string& name = expr.name;
  const bool negated = name == "ne";
  if (name == "eq" || name == "equalto" || negated) {
    GRAM_ASSIGN_OR_RETURN(const bool equal, Equal(value, arguments.values[0]));
    return Value(equal != negated);
  }
  if (name == "in") {
    GRAM_ASSIGN_OR_RETURN(const bool contains, Contains(arguments.values[0], value));
    return Value(contains);
  }
  return Unsupported("it uses the test '" + name + "'");
}

}  // namespace gram::tokenizer::jinja
