// Questions about values. One about a symbol is a fact, which may be so or not.
#include <algorithm>

#include "tokenizer/jinja/interpreter.h"

namespace gram::tokenizer::jinja {
namespace {

constexpr size_t kMaxFacts = 32;
constexpr size_t kLongestFact = 8192;  // bytes

bool IsContainer(const Value& value) {
  return value.AsList() != nullptr || value.AsDict() != nullptr ||
         value.As<SplitSymbol>() != nullptr;
}

}  // namespace

Result<bool> Interpreter::Decide(const std::string& fact) {
  if (const auto given = Look(given_, fact)) return *given;
  if (const auto known = Look(*known_, fact)) return *known;
  if (known_->size() == kMaxFacts || fact.size() > kLongestFact) {
    return Unsupported("what it writes depends on the messages in too many ways");
  }
  known_->emplace_back(fact, false);
  return false;
}

Result<bool> Interpreter::Truth(const Value& value) {
  if (const auto number = AsNumber(value)) return *number != 0;
  if (const List* list = value.AsList()) return !list->empty();
  if (const Dict* dict = value.AsDict()) return !dict->empty();
  const Text* text = value.AsText();
  if (text == nullptr) return !value.IsNone() && !value.IsUndefined();
  const auto is_known = [](const Piece& piece) { return !piece.symbol; };
  if (std::any_of(text->begin(), text->end(), is_known)) return true;
  for (const Piece& piece : *text) {
    GRAM_ASSIGN_OR_RETURN(const bool empty, Decide(piece.text + " == ''"));
    if (!empty) return true;
  }
  return false;
}

Result<bool> Interpreter::EqualTexts(const Text& left, const Text& right) {
  GRAM_RETURN_IF_ERROR(Charge(left));
  if (left == right) return true;
  const std::string* known = AsKnown(left);
  const std::string* other = AsKnown(right);
  if (known != nullptr && other != nullptr) return false;
  if (known == nullptr) known = other;
  const std::string* symbol = AsSymbol(other == nullptr ? right : left);
  if (known == nullptr || symbol == nullptr) {
    return Unsupported("it compares a text with a message in it");
  }
  return Decide(*symbol + " == " + Quote(*known));
}

Result<bool> Interpreter::Equal(const Value& left, const Value& right) {
  if (left.AsText() != nullptr && right.AsText() != nullptr) {
    return EqualTexts(*left.AsText(), *right.AsText());
  }
  const auto a = AsNumber(left);
  const auto b = AsNumber(right);
  if (a && b) return *a == *b;
  if (IsContainer(left) && IsContainer(right)) return Unsupported("it compares lists");
  return (left.IsNone() && right.IsNone()) || (left.IsUndefined() && right.IsUndefined());
}

Result<bool> Interpreter::ContainsText(const Text& container, const Text& item) {
  const std::string* part = AsKnown(item);
  if (part == nullptr) return Unsupported("it looks for a message in a text");
  GRAM_RETURN_IF_ERROR(Charge(container));
  if (part->empty()) return true;
  for (const Piece& piece : container) {
    if (!piece.symbol && piece.text.find(*part) != std::string::npos) return true;
  }
  if (AsKnown(container) != nullptr) return false;
  const std::string* symbol = AsSymbol(container);
  if (symbol == nullptr) return Unsupported("it looks into a text with a message in it");
  return Decide(Quote(*part) + " in " + *symbol);
}

Result<bool> Interpreter::Contains(const Value& container, const Value& item) {
  if (container.AsText() != nullptr && item.AsText() != nullptr) {
    return ContainsText(*container.AsText(), *item.AsText());
  }
  if (const List* list = container.AsList()) {
    for (const Value& each : *list) {
      GRAM_RETURN_IF_ERROR(Step());
      GRAM_ASSIGN_OR_RETURN(const bool equal, Equal(each, item));
      if (equal) return true;
    }
    return false;
  }
  const Dict* dict = container.AsDict();
  const std::string* key = item.AsText() == nullptr ? nullptr : AsKnown(*item.AsText());
  if (dict != nullptr && key != nullptr) {
    GRAM_RETURN_IF_ERROR(Step(dict->size()));
    return std::any_of(dict->begin(), dict->end(),
                       [key](const auto& entry) { return entry.first == *key; });
  }
  if (container.IsUndefined()) return false;
  return Unsupported("it looks for " + KindOf(item) + " in " + KindOf(container));
}

}  // namespace gram::tokenizer::jinja
