// A Jinja template as a list of texts, outputs and tags, the latter two as tokens.
#ifndef GRAM_TOKENIZER_JINJA_LEXER_H_
#define GRAM_TOKENIZER_JINJA_LEXER_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/status.h"

namespace gram::tokenizer::jinja {

struct Token {
  enum class Kind { kName, kString, kNumber, kSymbol };
  Kind kind;
  std::string text;  ///< of a string: its value, escapes resolved

  bool Is(std::string_view name_or_symbol) const {
    return (kind == Kind::kName || kind == Kind::kSymbol) && text == name_or_symbol;
  }
};

struct Item {
  enum class Kind {
    kText,    ///< written as it stands
    kOutput,  ///< {{ tokens }}
    kTag,     ///< {% tokens %}
  };
  Kind kind;
  std::string text;
  std::vector<Token> tokens;
};

/// The most bytes of a template, and of any text that one makes. Real ones have some thousand; a
/// text that is added to itself 34 times has 16 billion.
inline constexpr size_t kMaxTemplateBytes = size_t{1} << 20;

/// Comments and empty texts are left out. White space is as Hugging Face has Jinja treat it:
/// trim_blocks and lstrip_blocks on, line ends made "\n", a final one dropped. Errors: kUnsupported
/// with the reason alone, for what is not plain Jinja, not UTF-8 or too large.
Result<std::vector<Item>> Lex(std::string_view source);

}  // namespace gram::tokenizer::jinja

#endif  // GRAM_TOKENIZER_JINJA_LEXER_H_
