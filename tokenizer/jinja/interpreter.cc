#include "tokenizer/jinja/interpreter.h"

#include <algorithm>
#include <iterator>

#include "tokenizer/jinja/lexer.h"

namespace gram::tokenizer::jinja {
namespace {

constexpr int kMaxMacroDepth = 8;  // macros within macros

// What `loop` is at `index` of `items`.
Dict LoopOf(const List& items, size_t index) {
  const auto number = [](size_t n) { return Value(static_cast<int64_t>(n)); };
  const size_t count = items.size();
  return {{"index", number(index + 1)},
          {"index0", number(index)},
          {"revindex", number(count - index)},
          {"revindex0", number(count - index - 1)},
          {"first", Value(index == 0)},
          {"last", Value(index + 1 == count)},
          {"length", number(count)},
          {"previtem", index == 0 ? Value() : items[index - 1]},
          {"nextitem", index + 1 == count ? Value() : items[index + 1]}};
}

}  // namespace

Value Arguments::At(size_t index, const std::string& name) const {
  return index < values.size() ? values[index] : Find(named, name);
}

Interpreter::Interpreter(Variables variables, const Facts& given, Facts* known, Budget* budget)
    : given_(given), known_(known), budget_(budget) {
  for (const char* name : {"namespace", "range", "raise_exception", "strftime_now"}) {
    variables.emplace(name, Value(Function{name}));
  }
  for (const char* name :
       {"dict", "lipsum", "cycler", "joiner", "self", "super", "caller", "varargs", "kwargs"}) {
    variables.emplace(name, Value(Unusable{"it uses Jinja's '" + std::string(name) + "'"}));
  }
  scopes_.push_back(std::move(variables));
}

Result<Outcome> Interpreter::Run(const Block& block) {
  const Status status = Execute(block);
  if (!status.ok() && !outcome_.refused) return status;
  outcome_.text = std::move(out_);
  return std::move(outcome_);
}

Status Interpreter::Step(size_t steps) {
  if (steps > budget_->steps) return Unsupported("it takes too long");
  budget_->steps -= steps;
  return {};
}

Status Interpreter::Charge(const Text& text) {
  const size_t bytes = Size(text);
  if (bytes > kMaxTemplateBytes || bytes > budget_->bytes) {
    return Unsupported("it makes a text of more than " + std::to_string(kMaxTemplateBytes) +
                       " bytes, or too many of them");
  }
  budget_->bytes -= bytes;
  return {};
}

Status Interpreter::Write(const Text& text) {
  GRAM_RETURN_IF_ERROR(Charge(text));
  written_ += Size(text);
  if (written_ > kMaxTemplateBytes) {
    return Unsupported("it writes more than " + std::to_string(kMaxTemplateBytes) + " bytes");
  }
  Append(text, &out_);
  return {};
}

Status Interpreter::Execute(const Block& block) {
  for (const Node& node : block) {
    GRAM_RETURN_IF_ERROR(Step());
    GRAM_RETURN_IF_ERROR(Execute(node));
    if (flow_ != Flow::kOn) break;
  }
  return {};
}

Status Interpreter::Execute(const Node& node) {
  switch (node.kind) {
    case Node::Kind::kText:
      return Write(Known(node.text));
    case Node::Kind::kOutput: {
      GRAM_ASSIGN_OR_RETURN(const Value value, Evaluate(*node.exprs[0]));
      GRAM_ASSIGN_OR_RETURN(const Text text, ToText(value));
      return Write(text);
    }
    case Node::Kind::kIf:
      return ExecuteIf(node);
    case Node::Kind::kFor:
      return ExecuteFor(node);
    case Node::Kind::kSet:
      return ExecuteSet(node);
    case Node::Kind::kCapture: {
      GRAM_ASSIGN_OR_RETURN(Text text, Capture(node.blocks[0]));
      scopes_.back().insert_or_assign(node.names[0], Value(std::move(text)));
      return {};
    }
    case Node::Kind::kMacro:
      scopes_.back().insert_or_assign(node.text, Value(&node));
      return {};
    case Node::Kind::kBreak:
      flow_ = Flow::kBreak;
      return {};
    case Node::Kind::kContinue:
      flow_ = Flow::kContinue;
      return {};
    case Node::Kind::kScope: {
      GRAM_ASSIGN_OR_RETURN(const Text text, Capture(node.blocks[0]));
      return Write(text);
    }
  }
  return Internal("a statement of no kind");
}

Status Interpreter::ExecuteIf(const Node& node) {
  for (size_t i = 0; i < node.blocks.size(); ++i) {
    bool taken = i == node.exprs.size();  // else
    if (!taken) {
      GRAM_ASSIGN_OR_RETURN(const Value value, Evaluate(*node.exprs[i]));
      GRAM_ASSIGN_OR_RETURN(taken, Truth(value));
    }
    if (taken) return Execute(node.blocks[i]);
  }
  return {};
}

// The items of a for's list that its condition lets through.
Result<List> Interpreter::ItemsOf(const Node& node) {
  GRAM_ASSIGN_OR_RETURN(const Value value, Evaluate(*node.exprs[0]));
  List all;
  if (const List* list = value.AsList()) {
    all = *list;
  } else if (const Dict* dict = value.AsDict()) {
    for (const auto& [key, item] : *dict) all.emplace_back(Known(key));
  } else if (!value.IsUndefined()) {
    return Unsupported("it goes through " + KindOf(value) + " item by item");
  }
  GRAM_RETURN_IF_ERROR(Step(all.size()));
  if (node.exprs[1] == nullptr) return all;
  List kept;
  for (const Value& item : all) {
    scopes_.emplace_back();
    GRAM_RETURN_IF_ERROR(BindTargets(node, item));
    GRAM_ASSIGN_OR_RETURN(const Value condition, Evaluate(*node.exprs[1]));
    GRAM_ASSIGN_OR_RETURN(const bool holds, Truth(condition));
    scopes_.pop_back();
    if (holds) kept.push_back(item);
  }
  return kept;
}

Status Interpreter::BindTargets(const Node& node, const Value& item) {
  if (node.names.size() == 1) {
    scopes_.back().insert_or_assign(node.names[0], item);
    return {};
  }
  const List* parts = item.AsList();
  if (parts == nullptr || parts->size() != node.names.size()) {
    return Unsupported("a loop has several variables where an item has other parts");
  }
  for (size_t i = 0; i < parts->size(); ++i) {
    scopes_.back().insert_or_assign(node.names[i], (*parts)[i]);
  }
  return {};
}

Status Interpreter::ExecuteFor(const Node& node) {
  GRAM_ASSIGN_OR_RETURN(const List items, ItemsOf(node));
  for (size_t i = 0; i < items.size(); ++i) {
    GRAM_RETURN_IF_ERROR(ExecuteIteration(node, items, i));
    if (std::exchange(flow_, Flow::kOn) == Flow::kBreak) break;
  }
  if (!items.empty() || node.blocks.size() == 1) return {};
  scopes_.emplace_back();
  GRAM_RETURN_IF_ERROR(Execute(node.blocks[1]));
  scopes_.pop_back();
  return {};
}

// What an iteration sets is gone with it.
Status Interpreter::ExecuteIteration(const Node& node, const List& items, size_t index) {
  GRAM_RETURN_IF_ERROR(Step());
  scopes_.emplace_back();
  GRAM_ASSIGN_OR_RETURN(Value loop, Value::Of(LoopOf(items, index)));
  scopes_.back().insert_or_assign("loop", std::move(loop));
  GRAM_RETURN_IF_ERROR(BindTargets(node, items[index]));
  GRAM_RETURN_IF_ERROR(Execute(node.blocks[0]));
  scopes_.pop_back();
  return {};
}

Status Interpreter::ExecuteSet(const Node& node) {
  GRAM_ASSIGN_OR_RETURN(Value value, Evaluate(*node.exprs[0]));
  if (node.text.empty()) {
    scopes_.back().insert_or_assign(node.names[0], std::move(value));
    return {};
  }
  GRAM_ASSIGN_OR_RETURN(const Value object, EvaluateName(node.names[0]));
  Variables* const* space = object.As<Variables*>();
  if (space == nullptr) return Unsupported("it sets an attribute of " + KindOf(object));
  (*space)->insert_or_assign(node.text, std::move(value));
  return {};
}

Result<Text> Interpreter::Capture(const Block& block) {
  Text outer = std::exchange(out_, {});
  const size_t outer_written = std::exchange(written_, 0);
  scopes_.emplace_back();
  GRAM_RETURN_IF_ERROR(Execute(block));
  scopes_.pop_back();
  written_ = outer_written;
  return std::exchange(out_, std::move(outer));
}

// A macro sees the template's own variables and its parameters.
Result<Value> Interpreter::CallMacro(const Node& macro, const Arguments& arguments) {
  if (macro_depth_ == kMaxMacroDepth) return Unsupported("its macros call each other too deeply");
  if (arguments.values.size() > macro.names.size()) {
    return Unsupported("it calls the macro '" + macro.text + "' with too many arguments");
  }
  for (const auto& [name, value] : arguments.named) {
    const auto found = std::find(macro.names.begin(), macro.names.end(), name);
    if (found == macro.names.end() ||
        found - macro.names.begin() < static_cast<ptrdiff_t>(arguments.values.size())) {
      return Unsupported("it calls the macro '" + macro.text +
                         "' with an argument that it has not");
    }
  }
  ++macro_depth_;
  std::vector<Variables> callers(std::make_move_iterator(scopes_.begin() + 1),
                                 std::make_move_iterator(scopes_.end()));
  scopes_.resize(1);
  scopes_.emplace_back();
  for (size_t i = 0; i < macro.names.size(); ++i) {
    GRAM_ASSIGN_OR_RETURN(Value value, MacroArgument(macro, i, arguments));
    scopes_.back().insert_or_assign(macro.names[i], std::move(value));
  }
  GRAM_ASSIGN_OR_RETURN(Text text, Capture(macro.blocks[0]));
  scopes_.resize(1);
  std::move(callers.begin(), callers.end(), std::back_inserter(scopes_));
  --macro_depth_;
  return Value(std::move(text));
}

Result<Value> Interpreter::MacroArgument(const Node& macro, size_t index,
                                         const Arguments& arguments) {
  const bool given =
      index < arguments.values.size() ||
      std::any_of(arguments.named.begin(), arguments.named.end(),
                  [&](const auto& named) { return named.first == macro.names[index]; });
  if (given) return arguments.At(index, macro.names[index]);
  const size_t without_default = macro.names.size() - macro.exprs.size();
  if (index < without_default) return Value();
  return Evaluate(*macro.exprs[index - without_default]);
}

}  // namespace gram::tokenizer::jinja
