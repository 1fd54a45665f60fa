#include <algorithm>
#include <optional>

#include "tokenizer/jinja/interpreter.h"

namespace gram::tokenizer::jinja {
namespace {

constexpr int64_t kLargestNumber = int64_t{1} << 31;  // products of two fit in 63 bits

// A dictionary's methods, which hide keys of the same name behind a point.
bool IsDictMethod(const std::string& name) {
  constexpr std::string_view kNames[] = {"clear",      "copy",   "fromkeys", "get",
                                         "items",      "keys",   "pop",      "popitem",
                                         "setdefault", "update", "values"};
  return std::find(std::begin(kNames), std::end(kNames), name) != std::end(kNames);
}

Result<int64_t> Calculate(const std::string& name, int64_t a, int64_t b) {
  int64_t result = 0;
  if (name == "+") {
    result = a + b;
  } else if (name == "-") {
    result = a - b;
  } else if (name == "*") {
    result = a * b;
  } else if (name == "/" || a < 0 || b <= 0) {  // Python's quotients of negative numbers differ
    return Unsupported("it divides in a way that is not known");
  } else {
    result = name == "%" ? a % b : a / b;
  }
  if (result > kLargestNumber || result < -kLargestNumber) {
    return Unsupported("it has a number that is too large");
  }
  return result;
}

// The places that LIST[first:last:step] takes of `size`; a bound that is left out is empty.
std::vector<size_t> Places(int64_t size, std::optional<int64_t> first, std::optional<int64_t> last,
                           int64_t step) {
  const int64_t lowest = step > 0 ? 0 : -1;
  const int64_t highest = step > 0 ? size : size - 1;
  const auto bound = [&](std::optional<int64_t> given, int64_t otherwise) {
    if (!given) return otherwise;
    return std::clamp(*given < 0 ? *given + size : *given, lowest, highest);
  };
  const int64_t begin = bound(first, step > 0 ? lowest : highest);
  const int64_t end = bound(last, step > 0 ? highest : lowest);
  std::vector<size_t> places;
  for (int64_t i = begin; step > 0 ? i < end : i > end; i += step) {
    places.push_back(static_cast<size_t>(i));
  }
  return places;
}

// The known text of `value` if it is ASCII, where characters are bytes.
Result<std::string> Characters(const Value& value) {
  const Text* text = value.AsText();
  const std::string* known = text == nullptr ? nullptr : AsKnown(*text);
  if (known == nullptr ||
      std::any_of(known->begin(), known->end(), [](char c) { return (c & 0x80) != 0; })) {
    return Unsupported("it takes a part of " + KindOf(value) + " that is not known");
  }
  return *known;
}

}  // namespace

Result<Value> Interpreter::Evaluate(const Expr& expr) {
  GRAM_RETURN_IF_ERROR(Step());
  switch (expr.kind) {
    case Expr::Kind::kText:
      return Value(Known(expr.name));
    case Expr::Kind::kInteger:
      if (expr.number > kLargestNumber) return Unsupported("it has a number that is too large");
      return Value(expr.number);
    case Expr::Kind::kBool:
      return Value(expr.number != 0);
    case Expr::Kind::kNone:
      return Value(None());
    case Expr::Kind::kName:
      return EvaluateName(expr.name);
    case Expr::Kind::kList:
      return EvaluateList(expr);
    case Expr::Kind::kDict:
      return EvaluateDict(expr);
    case Expr::Kind::kAttribute:
      return EvaluateAttribute(expr);
    case Expr::Kind::kItem:
      return EvaluateItem(expr);
    case Expr::Kind::kSlice:
      return EvaluateSlice(expr);
    case Expr::Kind::kCall:
      return EvaluateCall(expr);
    case Expr::Kind::kFilter:
      return EvaluateFilter(expr);
    case Expr::Kind::kTest:
      return EvaluateTest(expr);
    case Expr::Kind::kNot:
    case Expr::Kind::kAnd:
    case Expr::Kind::kOr:
      return EvaluateLogic(expr);
    case Expr::Kind::kNegative:
    case Expr::Kind::kBinary:
      return EvaluateBinary(expr);
    case Expr::Kind::kCompare:
      return EvaluateCompare(expr);
    case Expr::Kind::kChoice:
      return EvaluateChoice(expr);
  }
  return Internal("an expression of no kind");
}

Result<Value> Interpreter::EvaluateName(const std::string& name) {
  for (auto scope = scopes_.rbegin(); scope != scopes_.rend(); ++scope) {
    const auto found = scope->find(name);
    if (found == scope->end()) continue;
    const Unusable* unusable = found->second.As<Unusable>();
    if (unusable != nullptr) return Unsupported(unusable->reason);
    return found->second;
  }
  return Value();
}

Result<Value> Interpreter::EvaluateList(const Expr& expr) {
  List list;
  for (const ExprPtr& arg : expr.args) {
    GRAM_ASSIGN_OR_RETURN(Value value, Evaluate(*arg));
    list.push_back(std::move(value));
  }
  return Value::Of(std::move(list));
}

Result<Value> Interpreter::EvaluateDict(const Expr& expr) {
  Dict dict;
  for (size_t i = 0; i < expr.args.size(); i += 2) {
    GRAM_ASSIGN_OR_RETURN(const Value key, Evaluate(*expr.args[i]));
    GRAM_ASSIGN_OR_RETURN(Value value, Evaluate(*expr.args[i + 1]));
    const std::string* name = key.AsText() == nullptr ? nullptr : AsKnown(*key.AsText());
    if (name == nullptr) return Unsupported("a dictionary has a key that is no known text");
    GRAM_RETURN_IF_ERROR(Step(dict.size()));
    const auto same = std::find_if(dict.begin(), dict.end(),
                                   [name](const auto& entry) { return entry.first == *name; });
    if (same != dict.end()) {
      same->second = std::move(value);
    } else {
      dict.emplace_back(*name, std::move(value));
    }
  }
  return Value::Of(std::move(dict));
}

Result<Value> Interpreter::EvaluateAttribute(const Expr& expr) {
  GRAM_ASSIGN_OR_RETURN(const Value object, Evaluate(*expr.args[0]));
  if (const Dict* dict = object.AsDict(); dict != nullptr && !IsDictMethod(expr.name)) {
    GRAM_RETURN_IF_ERROR(Step(dict->size()));
    return Find(*dict, expr.name);
  }
  if (Variables* const* space = object.As<Variables*>()) {
    const auto found = (*space)->find(expr.name);
    return found == (*space)->end() ? Value() : found->second;
  }
  if (object.IsNone()) return Value();
  return Unsupported("it uses '" + expr.name + "' of " + KindOf(object));
}

Result<Value> Interpreter::EvaluateItem(const Expr& expr) {
  GRAM_ASSIGN_OR_RETURN(const Value object, Evaluate(*expr.args[0]));
  GRAM_ASSIGN_OR_RETURN(const Value key, Evaluate(*expr.args[1]));
  const int64_t* index = key.As<int64_t>();
  if (const List* list = object.AsList(); list != nullptr && index != nullptr) {
    const auto size = static_cast<int64_t>(list->size());
    const int64_t place = *index < 0 ? *index + size : *index;
    return place < 0 || place >= size ? Value() : (*list)[static_cast<size_t>(place)];
  }
  const SplitSymbol* split = object.As<SplitSymbol>();
  if (split != nullptr && index != nullptr && (*index == 0 || *index == -1)) {
    return Value(Symbol(split->symbol + ".split(" + Quote(split->separator) + ")[" +
                        std::to_string(*index) + "]"));
  }
  const std::string* name = key.AsText() == nullptr ? nullptr : AsKnown(*key.AsText());
  if (const Dict* dict = object.AsDict(); dict != nullptr && name != nullptr) {
    GRAM_RETURN_IF_ERROR(Step(dict->size()));
    if (!IsDictMethod(*name)) return Find(*dict, *name);
  }
  return Unsupported("it takes an item of " + KindOf(object) + " in a way that is not known");
}

Result<Value> Interpreter::EvaluateSlice(const Expr& expr) {
  GRAM_ASSIGN_OR_RETURN(const Value object, Evaluate(*expr.args[0]));
  std::optional<int64_t> bounds[3];
  for (size_t i = 0; i < 3; ++i) {
    if (expr.args[i + 1] == nullptr) continue;
    GRAM_ASSIGN_OR_RETURN(const Value bound, Evaluate(*expr.args[i + 1]));
    if (bound.IsNone()) continue;
    bounds[i] = AsNumber(bound);
    if (!bounds[i]) return Unsupported("it cuts a list at " + KindOf(bound));
  }
  const int64_t step = bounds[2].value_or(1);
  if (step == 0) return Unsupported("it cuts a list in steps of 0");
  const List* list = object.AsList();
  std::string characters;
  if (list == nullptr) {
    GRAM_ASSIGN_OR_RETURN(characters, Characters(object));
  }
  const size_t size = list == nullptr ? characters.size() : list->size();
  const std::vector<size_t> places = Places(static_cast<int64_t>(size), bounds[0], bounds[1], step);
  GRAM_RETURN_IF_ERROR(Step(places.size()));
  List taken;
  std::string text;
  for (const size_t place : places) {
    if (list == nullptr) {
      text += characters[place];
    } else {
      taken.push_back((*list)[place]);
    }
  }
  return list == nullptr ? Value(Known(std::move(text))) : Value::Of(std::move(taken));
}

Result<Value> Interpreter::EvaluateBinary(const Expr& expr) {
  GRAM_ASSIGN_OR_RETURN(const Value left, Evaluate(*expr.args[0]));
  const int64_t* a = left.As<int64_t>();
  if (expr.kind == Expr::Kind::kNegative) {
    if (a == nullptr) return Unsupported("it negates " + KindOf(left));
    return Value(-*a);
  }
  GRAM_ASSIGN_OR_RETURN(const Value right, Evaluate(*expr.args[1]));
  if (expr.name == "~" ||
      (expr.name == "+" && left.AsText() != nullptr && right.AsText() != nullptr)) {
    GRAM_ASSIGN_OR_RETURN(Text joined, ToText(left));
    GRAM_ASSIGN_OR_RETURN(const Text more, ToText(right));
    Append(more, &joined);
    GRAM_RETURN_IF_ERROR(Charge(joined));
    return Value(std::move(joined));
  }
  const int64_t* b = right.As<int64_t>();
  if (a != nullptr && b != nullptr) {
    GRAM_ASSIGN_OR_RETURN(const int64_t result, Calculate(expr.name, *a, *b));
    return Value(result);
  }
  if (expr.name == "+" && left.AsList() != nullptr && right.AsList() != nullptr) {
    List joined = *left.AsList();
    joined.insert(joined.end(), right.AsList()->begin(), right.AsList()->end());
    GRAM_RETURN_IF_ERROR(Step(joined.size()));
    return Value::Of(std::move(joined));
  }
  return Unsupported("it has " + KindOf(left) + " " + expr.name + " " + KindOf(right));
}

Result<bool> Interpreter::CompareOnce(const std::string& name, const Value& left,
                                      const Value& right) {
  if (name == "==" || name == "!=") {
    GRAM_ASSIGN_OR_RETURN(const bool equal, Equal(left, right));
    return equal == (name == "==");
  }
  if (name == "in" || name == "not in") {
    GRAM_ASSIGN_OR_RETURN(const bool contains, Contains(right, left));
    return contains == (name == "in");
  }
  const auto a = AsNumber(left);
  const auto b = AsNumber(right);
  if (!a || !b) return Unsupported("it compares " + KindOf(left) + " to " + KindOf(right));
  if (name == "<") return *a < *b;
  if (name == "<=") return *a <= *b;
  return name == ">" ? *a > *b : *a >= *b;
}

Result<Value> Interpreter::EvaluateCompare(const Expr& expr) {
  GRAM_ASSIGN_OR_RETURN(Value left, Evaluate(*expr.args[0]));
  for (size_t i = 0; i < expr.keywords.size(); ++i) {
    GRAM_ASSIGN_OR_RETURN(Value right, Evaluate(*expr.args[i + 1]));
    GRAM_ASSIGN_OR_RETURN(const bool holds, CompareOnce(expr.keywords[i], left, right));
    if (!holds) return Value(false);
    left = std::move(right);
  }
  return Value(true);
}

Result<Value> Interpreter::EvaluateChoice(const Expr& expr) {
  GRAM_ASSIGN_OR_RETURN(const Value condition, Evaluate(*expr.args[1]));
  GRAM_ASSIGN_OR_RETURN(const bool holds, Truth(condition));
  if (holds) return Evaluate(*expr.args[0]);
  return expr.args[2] == nullptr ? Result<Value>(Value()) : Evaluate(*expr.args[2]);
}

// As in Python, "and" and "or" give one of their operands.
Result<Value> Interpreter::EvaluateLogic(const Expr& expr) {
  GRAM_ASSIGN_OR_RETURN(Value left, Evaluate(*expr.args[0]));
  GRAM_ASSIGN_OR_RETURN(const bool holds, Truth(left));
  if (expr.kind == Expr::Kind::kNot) return Value(!holds);
  if (holds == (expr.kind == Expr::Kind::kOr)) return left;
  return Evaluate(*expr.args[1]);
}

}  // namespace gram::tokenizer::jinja
