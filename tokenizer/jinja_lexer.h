// A Jinja template as a list of texts, outputs and tags, with its white-space control applied.
#ifndef GRAM_TOKENIZER_JINJA_LEXER_H_
#define GRAM_TOKENIZER_JINJA_LEXER_H_

#include <string>
#include <string_view>
#include <vector>

#include "engine/base/status.h"

namespace gram::tokenizer {

struct JinjaToken {
  enum class Kind { kName, kString, kNumber, kSymbol };
  Kind kind;
  std::string text;  ///< of a string: its value, escapes resolved

  bool Is(std::string_view name_or_symbol) const {
    return (kind == Kind::kName || kind == Kind::kSymbol) && text == name_or_symbol;
  }
};

struct JinjaItem {
  enum class Kind {
    kText,    ///< written as it stands
    kOutput,  ///< {{ tokens }}
    kTag,     ///< {% tokens %}
  };
  Kind kind;
  std::string text;
  std::vector<JinjaToken> tokens;
};

/// Comments and empty texts are left out. White space is as Hugging Face has Jinja treat it:
/// trim_blocks and lstrip_blocks on, a final newline dropped. Errors: kUnsupported with the reason
/// alone, for whatever is not plain Jinja.
Result<std::vector<JinjaItem>> LexJinja(std::string_view source);

}  // namespace gram::tokenizer

#endif  // GRAM_TOKENIZER_JINJA_LEXER_H_
