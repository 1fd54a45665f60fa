// One run of a template. The class behind render.h.
#ifndef GRAM_TOKENIZER_JINJA_INTERPRETER_H_
#define GRAM_TOKENIZER_JINJA_INTERPRETER_H_

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/base/status.h"
#include "tokenizer/jinja/ast.h"
#include "tokenizer/jinja/render.h"
#include "tokenizer/jinja/value.h"

namespace gram::tokenizer::jinja {

/// What all runs of a template may take together, so that a hostile one ends.
struct Budget {
  size_t steps = size_t{1} << 20;  ///< expressions and statements
  size_t bytes = size_t{1} << 26;  ///< of texts made or copied
};

/// Arguments of a call or filter.
struct Arguments {
  std::vector<Value> values;
  std::vector<std::pair<std::string, Value>> named;

  /// The argument at place `index` or called `name`; undefined where there is none.
  Value At(size_t index, const std::string& name) const;
};

/// Does what Jinja does, or says what it does not know: every error is kUnsupported with the
/// reason alone.
class Interpreter {
 public:
  /// `known`: facts; the run adds those that it has to assume, as false. Borrows all but
  /// `variables`.
  Interpreter(Variables variables, const Facts& given, Facts* known, Budget* budget);

  /// Runs the template and returns what it writes.
  Result<Outcome> Run(const Block& block);

 private:
  enum class Flow { kOn, kBreak, kContinue };

  // Statements: interpreter.cc.
  Status Execute(const Block& block);
  Status Execute(const Node& node);
  Status ExecuteIf(const Node& node);
  Status ExecuteFor(const Node& node);
  Status ExecuteIteration(const Node& node, const List& items, size_t index);
  Status ExecuteSet(const Node& node);
  Status BindTargets(const Node& node, const Value& item);
  Result<List> ItemsOf(const Node& node);
  Result<Text> Capture(const Block& block);
  Result<Value> CallMacro(const Node& macro, const Arguments& arguments);
  Result<Value> MacroArgument(const Node& macro, size_t index, const Arguments& arguments);
  Status Write(const Text& text);

  // Expressions: expressions.cc.
  Result<Value> Evaluate(const Expr& expr);
  Result<Value> EvaluateName(const std::string& name);
  Result<Value> EvaluateList(const Expr& expr);
  Result<Value> EvaluateDict(const Expr& expr);
  Result<Value> EvaluateAttribute(const Expr& expr);
  Result<Value> EvaluateItem(const Expr& expr);
  Result<Value> EvaluateSlice(const Expr& expr);
  Result<Value> EvaluateBinary(const Expr& expr);
  Result<Value> EvaluateCompare(const Expr& expr);
  Result<Value> EvaluateChoice(const Expr& expr);
  Result<Value> EvaluateLogic(const Expr& expr);
  Result<bool> CompareOnce(const std::string& name, const Value& left, const Value& right);

  // Questions about values, which may be facts about symbols: questions.cc.
  Result<bool> Decide(const std::string& fact);
  Result<bool> Truth(const Value& value);
  Result<bool> Equal(const Value& left, const Value& right);
  Result<bool> EqualTexts(const Text& left, const Text& right);
  Result<bool> Contains(const Value& container, const Value& item);
  Result<bool> ContainsText(const Text& container, const Text& item);

  // Functions, methods, filters and tests: calls.cc.
  Result<Value> EvaluateCall(const Expr& expr);
  Result<Value> EvaluateFilter(const Expr& expr);
  Result<Value> EvaluateTest(const Expr& expr);
  Result<Arguments> EvaluateArguments(const Expr& expr);
  Result<Value> CallFunction(const std::string& name, const Arguments& arguments);
  Result<Value> CallMethod(const Value& object, const std::string& name,
                           const Arguments& arguments);
  Result<Value> CallTextMethodOf(const Text& text, const std::string& name,
                                 const Arguments& arguments);
  Result<Value> StartsOrEnds(const Text& text, const std::string& name, const Value& with);
  Result<Value> JoinList(const Value& list, const Arguments& arguments);

  Status Step(size_t steps = 1);
  Status Charge(const Text& text);  // a text that was made

  const Facts& given_;
  Facts* known_;
  Budget* budget_;
  std::vector<Variables> scopes_;  // the template's own first, the innermost last
  std::vector<std::unique_ptr<Variables>> namespaces_;
  Text out_;
  size_t written_ = 0;  // bytes of out_
  int macro_depth_ = 0;
  Flow flow_ = Flow::kOn;
  Outcome outcome_;
};

}  // namespace gram::tokenizer::jinja

#endif  // GRAM_TOKENIZER_JINJA_INTERPRETER_H_
