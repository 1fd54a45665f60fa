// Jinja's expressions: tokens to a tree, by the grammar of Jinja 3 (operators bind as there).
#ifndef GRAM_TOKENIZER_JINJA_EXPRESSION_PARSER_H_
#define GRAM_TOKENIZER_JINJA_EXPRESSION_PARSER_H_

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "engine/base/status.h"
#include "tokenizer/jinja/ast.h"
#include "tokenizer/jinja/lexer.h"

namespace gram::tokenizer::jinja {

/// Reads a tag's tokens from the left; borrows them. Errors are kUnsupported with the reason.
class ExpressionParser {
 public:
  explicit ExpressionParser(std::span<const Token> tokens) : tokens_(tokens) {}

  bool AtEnd() const { return pos_ == tokens_.size(); }
  bool At(std::string_view name_or_symbol, size_t ahead = 0) const;

  /// Whether the next token is `name_or_symbol`, behind which it then moves.
  bool Skip(std::string_view name_or_symbol);

  /// Errors unless the next token is this one, or a name, or there is none.
  Status Expect(std::string_view name_or_symbol);
  Result<std::string> Name();
  Status ExpectEnd() const;

  /// A whole expression.
  Result<ExprPtr> Expression();

  /// One without a conditional (x if y else z) outside parentheses.
  Result<ExprPtr> Condition() { return Or(); }

 private:
  using Level = Result<ExprPtr> (ExpressionParser::*)();

  Result<ExprPtr> Or();
  Result<ExprPtr> And();
  Result<ExprPtr> Not();
  Result<ExprPtr> Compare();
  Result<ExprPtr> Sum();
  Result<ExprPtr> Concatenation();
  Result<ExprPtr> Product();
  Result<ExprPtr> Operand() { return Unary(true); }
  Result<ExprPtr> Unary(bool with_filters);
  Result<ExprPtr> Primary();
  Result<ExprPtr> Parenthesised();
  Result<ExprPtr> ListLiteral();
  Result<ExprPtr> DictLiteral();
  Result<ExprPtr> Postfixes(ExprPtr of);
  Result<ExprPtr> Attribute(ExprPtr of);
  Result<ExprPtr> Subscript(ExprPtr of);
  Result<ExprPtr> Filters(ExprPtr of);
  Result<ExprPtr> Filter(ExprPtr of);
  Result<ExprPtr> Test(ExprPtr of);
  Result<ExprPtr> Binary(std::span<const std::string_view> operators, Level operand);
  Status Arguments(Expr* call);

  std::span<const Token> tokens_;
  size_t pos_ = 0;
  int nesting_ = 0;
};

}  // namespace gram::tokenizer::jinja

#endif  // GRAM_TOKENIZER_JINJA_EXPRESSION_PARSER_H_
