// Enough of Jinja for chat templates: a template as a list of texts, outputs and tags, and the
// values of its expressions for a conversation of one user message.
#ifndef GRAM_TOKENIZER_JINJA_H_
#define GRAM_TOKENIZER_JINJA_H_

#include <cstddef>
#include <map>
#include <optional>
#include <span>
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

/// Stands for the user's text in what a template writes; no template contains it.
inline constexpr char kContentMark = '\x01';

/// The most bytes of a template, and of any text or set of variables that it makes. Real ones have
/// some thousand; a text that is added to itself 34 times has 16 billion.
inline constexpr size_t kMaxTemplateBytes = size_t{1} << 20;

/// One user message, no tools, add_generation_prompt on.
struct JinjaContext {
  bool thinking_off = false;  ///< enable_thinking is false; otherwise it is undefined
  std::map<std::string, std::string> variables = {};  ///< set by the template, values known
};

using JinjaTokens = std::span<const JinjaToken>;

/// The text that an expression gives: literals, the message's role and content and known variables,
/// joined by + or ~. Nothing if there is anything else in it. One longer than kMaxTemplateBytes is
/// cut, at less than twice that.
std::optional<std::string> EvaluateText(JinjaTokens tokens, const JinjaContext& context);

/// The truth of a condition; nothing if it depends on what is not known here, such as the
/// content of the message.
std::optional<bool> EvaluateCondition(JinjaTokens tokens, const JinjaContext& context);

}  // namespace gram::tokenizer

#endif  // GRAM_TOKENIZER_JINJA_H_
