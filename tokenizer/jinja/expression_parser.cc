#include "tokenizer/jinja/expression_parser.h"

#include <algorithm>
#include <charconv>
#include <utility>
#include <vector>

namespace gram::tokenizer::jinja {
namespace {

constexpr int kMaxNesting = 120;  // three for each parenthesis within another: the parser's stack
constexpr int kMaxDepth = 100;    // of a tree: everyone else's stack

Status TooDeep() { return Unsupported("an expression is nested too deeply"); }

Result<ExprPtr> Finished(Expr expr) {
  for (const ExprPtr& arg : expr.args) {
    if (arg != nullptr) expr.depth = std::max(expr.depth, arg->depth + 1);
  }
  if (expr.depth > kMaxDepth) return TooDeep();
  return std::make_unique<const Expr>(std::move(expr));
}

Result<ExprPtr> Leaf(Expr::Kind kind, std::string name, int64_t number = 0) {
  return Finished({.kind = kind, .name = std::move(name), .number = number});
}

Result<ExprPtr> Pair(Expr::Kind kind, std::string name, ExprPtr left, ExprPtr right) {
  Expr expr{.kind = kind, .name = std::move(name)};
  expr.args.push_back(std::move(left));
  if (right != nullptr) expr.args.push_back(std::move(right));
  return Finished(std::move(expr));
}

// Counts a level of nesting while it lives.
class Nested {
 public:
  explicit Nested(int* nesting) : nesting_(nesting) { ++*nesting_; }
  ~Nested() { --*nesting_; }
  Nested(const Nested&) = delete;
  Nested& operator=(const Nested&) = delete;
  bool too_deep() const { return *nesting_ > kMaxNesting; }

 private:
  int* nesting_;
};

}  // namespace

bool ExpressionParser::At(std::string_view name_or_symbol, size_t ahead) const {
  return pos_ + ahead < tokens_.size() && tokens_[pos_ + ahead].Is(name_or_symbol);
}

bool ExpressionParser::Skip(std::string_view name_or_symbol) {
  const bool found = At(name_or_symbol);
  pos_ += found ? 1 : 0;
  return found;
}

Status ExpressionParser::Expect(std::string_view name_or_symbol) {
  if (Skip(name_or_symbol)) return {};
  return Unsupported("a '" + std::string(name_or_symbol) + "' is missing in a tag");
}

Result<std::string> ExpressionParser::Name() {
  if (AtEnd() || tokens_[pos_].kind != Token::Kind::kName) {
    return Unsupported("a name is missing in a tag");
  }
  return tokens_[pos_++].text;
}

Status ExpressionParser::ExpectEnd() const {
  if (AtEnd()) return {};
  return Unsupported("a tag goes on behind its expression");
}

Result<ExprPtr> ExpressionParser::Expression() {
  const Nested nested(&nesting_);
  if (nested.too_deep()) return TooDeep();
  GRAM_ASSIGN_OR_RETURN(ExprPtr value, Or());
  while (Skip("if")) {
    Expr choice{.kind = Expr::Kind::kChoice};
    choice.args.push_back(std::move(value));
    GRAM_ASSIGN_OR_RETURN(ExprPtr condition, Or());
    choice.args.push_back(std::move(condition));
    ExprPtr otherwise;
    if (Skip("else")) {
      GRAM_ASSIGN_OR_RETURN(otherwise, Expression());
    }
    choice.args.push_back(std::move(otherwise));
    GRAM_ASSIGN_OR_RETURN(value, Finished(std::move(choice)));
  }
  return value;
}

Result<ExprPtr> ExpressionParser::Or() {
  GRAM_ASSIGN_OR_RETURN(ExprPtr left, And());
  while (Skip("or")) {
    GRAM_ASSIGN_OR_RETURN(ExprPtr right, And());
    GRAM_ASSIGN_OR_RETURN(left, Pair(Expr::Kind::kOr, "", std::move(left), std::move(right)));
  }
  return left;
}

Result<ExprPtr> ExpressionParser::And() {
  GRAM_ASSIGN_OR_RETURN(ExprPtr left, Not());
  while (Skip("and")) {
    GRAM_ASSIGN_OR_RETURN(ExprPtr right, Not());
    GRAM_ASSIGN_OR_RETURN(left, Pair(Expr::Kind::kAnd, "", std::move(left), std::move(right)));
  }
  return left;
}

Result<ExprPtr> ExpressionParser::Not() {
  const Nested nested(&nesting_);
  if (nested.too_deep()) return TooDeep();
  if (!Skip("not")) return Compare();
  GRAM_ASSIGN_OR_RETURN(ExprPtr inner, Not());
  return Pair(Expr::Kind::kNot, "", std::move(inner), nullptr);
}

Result<ExprPtr> ExpressionParser::Compare() {
  GRAM_ASSIGN_OR_RETURN(ExprPtr first, Sum());
  Expr compare{.kind = Expr::Kind::kCompare};
  compare.args.push_back(std::move(first));
  for (;;) {
    std::string found;
    for (const char* name : {"==", "!=", "<", "<=", ">", ">=", "in"}) {
      if (At(name)) found = name;
    }
    if (At("not") && At("in", 1)) found = "not in";
    if (found.empty()) break;
    pos_ += found == "not in" ? 2 : 1;
    GRAM_ASSIGN_OR_RETURN(ExprPtr next, Sum());
    compare.args.push_back(std::move(next));
    compare.keywords.push_back(std::move(found));
  }
  if (compare.keywords.empty()) return std::move(compare.args[0]);
  return Finished(std::move(compare));
}

Result<ExprPtr> ExpressionParser::Binary(std::span<const std::string_view> operators,
                                         Level operand) {
  GRAM_ASSIGN_OR_RETURN(ExprPtr left, (this->*operand)());
  for (;;) {
    const auto found = std::find_if(operators.begin(), operators.end(),
                                    [this](std::string_view name) { return At(name); });
    if (found == operators.end()) return left;
    ++pos_;
    GRAM_ASSIGN_OR_RETURN(ExprPtr right, (this->*operand)());
    GRAM_ASSIGN_OR_RETURN(
        left, Pair(Expr::Kind::kBinary, std::string(*found), std::move(left), std::move(right)));
  }
}

Result<ExprPtr> ExpressionParser::Sum() {
  static constexpr std::string_view kOperators[] = {"+", "-"};
  return Binary(kOperators, &ExpressionParser::Concatenation);
}

Result<ExprPtr> ExpressionParser::Concatenation() {
  static constexpr std::string_view kOperators[] = {"~"};
  return Binary(kOperators, &ExpressionParser::Product);
}

Result<ExprPtr> ExpressionParser::Product() {
  static constexpr std::string_view kOperators[] = {"*", "/", "//", "%"};
  return Binary(kOperators, &ExpressionParser::Operand);
}

Result<ExprPtr> ExpressionParser::Unary(bool with_filters) {
  const Nested nested(&nesting_);
  if (nested.too_deep()) return TooDeep();
  ExprPtr value;
  if (Skip("-")) {
    GRAM_ASSIGN_OR_RETURN(ExprPtr inner, Unary(false));
    GRAM_ASSIGN_OR_RETURN(value, Pair(Expr::Kind::kNegative, "", std::move(inner), nullptr));
  } else {
    GRAM_ASSIGN_OR_RETURN(value, Primary());
  }
  GRAM_ASSIGN_OR_RETURN(value, Postfixes(std::move(value)));
  return with_filters ? Filters(std::move(value)) : Result<ExprPtr>(std::move(value));
}

Result<ExprPtr> ExpressionParser::Primary() {
  if (AtEnd()) return Unsupported("an expression is not complete");
  if (At("(")) return Parenthesised();
  if (At("[")) return ListLiteral();
  if (At("{")) return DictLiteral();
  const Token& token = tokens_[pos_];
  if (token.kind == Token::Kind::kSymbol) {
    return Unsupported("an expression has the symbol '" + token.text + "' out of place");
  }
  ++pos_;
  if (token.kind == Token::Kind::kNumber) {
    int64_t number = 0;
    const char* end = token.text.data() + token.text.size();
    const auto read = std::from_chars(token.text.data(), end, number);
    if (read.ptr != end || read.ec != std::errc()) return Unsupported("it has a strange number");
    return Leaf(Expr::Kind::kInteger, "", number);
  }
  if (token.kind == Token::Kind::kString) {
    std::string text = token.text;
    while (!AtEnd() && tokens_[pos_].kind == Token::Kind::kString) text += tokens_[pos_++].text;
    return Leaf(Expr::Kind::kText, std::move(text));
  }
  if (token.Is("true") || token.Is("True")) return Leaf(Expr::Kind::kBool, "", 1);
  if (token.Is("false") || token.Is("False")) return Leaf(Expr::Kind::kBool, "", 0);
  if (token.Is("none") || token.Is("None")) return Leaf(Expr::Kind::kNone, "");
  return Leaf(Expr::Kind::kName, token.text);
}

Result<ExprPtr> ExpressionParser::Parenthesised() {
  GRAM_RETURN_IF_ERROR(Expect("("));
  GRAM_ASSIGN_OR_RETURN(ExprPtr inner, Expression());
  GRAM_RETURN_IF_ERROR(Expect(")"));
  return inner;
}

Result<ExprPtr> ExpressionParser::ListLiteral() {
  GRAM_RETURN_IF_ERROR(Expect("["));
  Expr list{.kind = Expr::Kind::kList};
  while (!Skip("]")) {
    if (!list.args.empty()) {
      GRAM_RETURN_IF_ERROR(Expect(","));
      if (Skip("]")) break;
    }
    GRAM_ASSIGN_OR_RETURN(ExprPtr item, Expression());
    list.args.push_back(std::move(item));
  }
  return Finished(std::move(list));
}

Result<ExprPtr> ExpressionParser::DictLiteral() {
  GRAM_RETURN_IF_ERROR(Expect("{"));
  Expr dict{.kind = Expr::Kind::kDict};
  while (!Skip("}")) {
    if (!dict.args.empty()) {
      GRAM_RETURN_IF_ERROR(Expect(","));
      if (Skip("}")) break;
    }
    GRAM_ASSIGN_OR_RETURN(ExprPtr key, Expression());
    GRAM_RETURN_IF_ERROR(Expect(":"));
    GRAM_ASSIGN_OR_RETURN(ExprPtr value, Expression());
    dict.args.push_back(std::move(key));
    dict.args.push_back(std::move(value));
  }
  return Finished(std::move(dict));
}

Result<ExprPtr> ExpressionParser::Postfixes(ExprPtr of) {
  for (;;) {
    if (Skip(".")) {
      GRAM_ASSIGN_OR_RETURN(of, Attribute(std::move(of)));
    } else if (Skip("[")) {
      GRAM_ASSIGN_OR_RETURN(of, Subscript(std::move(of)));
    } else if (At("(")) {
      Expr call{.kind = Expr::Kind::kCall};
      call.args.push_back(std::move(of));
      GRAM_RETURN_IF_ERROR(Arguments(&call));
      GRAM_ASSIGN_OR_RETURN(of, Finished(std::move(call)));
    } else {
      return of;
    }
  }
}

// Behind the point. x.0 is x[0].
Result<ExprPtr> ExpressionParser::Attribute(ExprPtr of) {
  if (!AtEnd() && tokens_[pos_].kind == Token::Kind::kNumber) {
    GRAM_ASSIGN_OR_RETURN(ExprPtr index, Primary());
    return Pair(Expr::Kind::kItem, "", std::move(of), std::move(index));
  }
  GRAM_ASSIGN_OR_RETURN(std::string name, Name());
  return Pair(Expr::Kind::kAttribute, std::move(name), std::move(of), nullptr);
}

// Behind the opening bracket: an expression, or up to three, any of them left out, between colons.
Result<ExprPtr> ExpressionParser::Subscript(ExprPtr of) {
  Expr slice{.kind = Expr::Kind::kSlice};
  slice.args.push_back(std::move(of));
  size_t colons = 0;
  for (; colons < 3; ++colons) {
    ExprPtr part;
    if (!At(":") && !At("]")) {
      GRAM_ASSIGN_OR_RETURN(part, Expression());
    }
    slice.args.push_back(std::move(part));
    if (!Skip(":")) break;
  }
  GRAM_RETURN_IF_ERROR(Expect("]"));
  if (colons > 0) {
    slice.args.resize(4);
    return Finished(std::move(slice));
  }
  if (slice.args[1] == nullptr) return Unsupported("an expression is not complete");
  return Pair(Expr::Kind::kItem, "", std::move(slice.args[0]), std::move(slice.args[1]));
}

Result<ExprPtr> ExpressionParser::Filters(ExprPtr of) {
  for (;;) {
    if (Skip("|")) {
      GRAM_ASSIGN_OR_RETURN(of, Filter(std::move(of)));
    } else if (Skip("is")) {
      GRAM_ASSIGN_OR_RETURN(of, Test(std::move(of)));
    } else if (At("(")) {
      return Unsupported("it calls what a filter or test gives");
    } else {
      return of;
    }
  }
}

Result<ExprPtr> ExpressionParser::Filter(ExprPtr of) {
  Expr filter{.kind = Expr::Kind::kFilter};
  filter.args.push_back(std::move(of));
  GRAM_ASSIGN_OR_RETURN(filter.name, Name());
  if (At("(")) GRAM_RETURN_IF_ERROR(Arguments(&filter));
  return Finished(std::move(filter));
}

// Behind "is". An argument may stand without parentheses: x is divisibleby 2.
Result<ExprPtr> ExpressionParser::Test(ExprPtr of) {
  const bool negated = Skip("not");
  Expr test{.kind = Expr::Kind::kTest};
  test.args.push_back(std::move(of));
  GRAM_ASSIGN_OR_RETURN(test.name, Name());
  if (At("(")) {
    GRAM_RETURN_IF_ERROR(Arguments(&test));
  } else if (!AtEnd() && !At("else") && !At("or") && !At("and")) {
    const Token& next = tokens_[pos_];
    if (At("is")) return Unsupported("it has one test behind another");
    if (next.kind != Token::Kind::kSymbol || At("[") || At("{")) {
      GRAM_ASSIGN_OR_RETURN(ExprPtr argument, Primary());
      GRAM_ASSIGN_OR_RETURN(argument, Postfixes(std::move(argument)));
      test.args.push_back(std::move(argument));
    }
  }
  GRAM_ASSIGN_OR_RETURN(ExprPtr finished, Finished(std::move(test)));
  if (!negated) return finished;
  return Pair(Expr::Kind::kNot, "", std::move(finished), nullptr);
}

// (a, b, c=d) behind the callee.
Status ExpressionParser::Arguments(Expr* call) {
  GRAM_RETURN_IF_ERROR(Expect("("));
  for (bool first = true; !Skip(")"); first = false) {
    if (!first) {
      GRAM_RETURN_IF_ERROR(Expect(","));
      if (Skip(")")) break;
    }
    if (pos_ + 1 < tokens_.size() && tokens_[pos_].kind == Token::Kind::kName && At("=", 1)) {
      call->keywords.push_back(tokens_[pos_].text);
      pos_ += 2;
    } else if (!call->keywords.empty()) {
      return Unsupported("a call has an argument without a name behind one with a name");
    }
    GRAM_ASSIGN_OR_RETURN(ExprPtr argument, Expression());
    call->args.push_back(std::move(argument));
  }
  return {};
}

}  // namespace gram::tokenizer::jinja
