// The values of a template's expressions.
#ifndef GRAM_TOKENIZER_JINJA_VALUE_H_
#define GRAM_TOKENIZER_JINJA_VALUE_H_

#include <concepts>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "engine/base/status.h"
#include "tokenizer/jinja/ast.h"
#include "tokenizer/jinja/text.h"

namespace gram::tokenizer::jinja {

struct Undefined {};
struct None {};

/// A built-in function, by its name.
struct Function {
  std::string name;
};

/// SYMBOL.split(SEPARATOR) of a text that is not known; only its ends can be asked for.
struct SplitSymbol {
  std::string symbol;
  std::string separator;
};

/// A variable that no expression may use; `reason` says what it is.
struct Unusable {
  std::string reason;
};

class Value;
using Variables = std::map<std::string, Value>;
using List = std::vector<Value>;
using Dict = std::vector<std::pair<std::string, Value>>;  ///< in order; no two keys are equal

/// Cheap to copy: lists and the like are shared, and do not change. A namespace does; it belongs to
/// the interpreter, so that one which holds itself is no leak.
class Value {
 public:
  using Any = std::variant<Undefined, None, bool, int64_t, std::shared_ptr<const Text>,
                           std::shared_ptr<const List>, std::shared_ptr<const Dict>, Variables*,
                           const Node*, Function, SplitSymbol, Unusable>;

  Value() = default;
  Value(Undefined) {}                      // NOLINT(google-explicit-constructor)
  Value(None none) : any_(none) {}         // NOLINT(google-explicit-constructor)
  template <std::same_as<bool> Bool>       // no pointer is a truth value
  Value(Bool flag) : any_(flag) {}         // NOLINT(google-explicit-constructor)
  Value(int64_t number) : any_(number) {}  // NOLINT(google-explicit-constructor)
  Value(Text text)                         // NOLINT(google-explicit-constructor)
      : any_(std::make_shared<const Text>(std::move(text))) {}
  explicit Value(Variables* space) : any_(space) {}
  explicit Value(const Node* macro) : any_(macro) {}
  explicit Value(Function function) : any_(std::move(function)) {}
  explicit Value(SplitSymbol split) : any_(std::move(split)) {}
  explicit Value(Unusable unusable) : any_(std::move(unusable)) {}

  /// Errors: kUnsupported, for lists in lists in lists and so on, and for ones that are too long.
  static Result<Value> Of(List list);
  static Result<Value> Of(Dict dict);

  /// The value if it is of that type, else nullptr. Valid while the value is.
  template <typename T>
  const T* As() const {
    return std::get_if<T>(&any_);
  }
  const Text* AsText() const { return Pointee<Text>(); }
  const List* AsList() const { return Pointee<List>(); }
  const Dict* AsDict() const { return Pointee<Dict>(); }
  bool IsUndefined() const { return As<Undefined>() != nullptr; }
  bool IsNone() const { return As<None>() != nullptr; }

 private:
  template <typename T>
  const T* Pointee() const {
    const auto* shared = As<std::shared_ptr<const T>>();
    return shared == nullptr ? nullptr : shared->get();
  }

  Any any_;
  int depth_ = 0;  // of lists in lists
};

/// The value at `key`; undefined where there is none.
Value Find(const Dict& dict, const std::string& key);

/// What Jinja writes for a value. Errors: kUnsupported, for one that is no text, number, truth
/// value, none or undefined.
Result<Text> ToText(const Value& value);

/// A number or truth value as a number; nothing of another value.
std::optional<int64_t> AsNumber(const Value& value);

/// "a list" and the like, for messages.
std::string KindOf(const Value& value);

}  // namespace gram::tokenizer::jinja

#endif  // GRAM_TOKENIZER_JINJA_VALUE_H_
