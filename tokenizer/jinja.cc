#include "tokenizer/jinja.h"

#include <algorithm>
#include <utility>

namespace gram::tokenizer {
namespace {

constexpr std::string_view kSpaces = " \t\r\n\f\v";

bool IsNameStart(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool IsDigit(char c) { return c >= '0' && c <= '9'; }

class Lexer {
 public:
  explicit Lexer(std::string_view source) : source_(source) {
    if (source_.ends_with('\n')) source_.remove_suffix(1);
  }

  Result<std::vector<JinjaItem>> Run() {
    while (pos_ < source_.size()) {
      const size_t open = FindOpening();
      AddText(open);
      if (open == source_.size()) break;
      GRAM_RETURN_IF_ERROR(source_[open + 1] == '#' ? SkipComment(open) : ReadTag(open));
    }
    return std::move(items_);
  }

 private:
  size_t FindOpening() const {
    for (size_t i = pos_; i + 1 < source_.size(); ++i) {
      const char second = source_[i + 1];
      if (source_[i] == '{' && (second == '{' || second == '%' || second == '#')) return i;
    }
    return source_.size();
  }

  // The text before the tag at `open`, less what the tags on both sides strip.
  void AddText(size_t open) {
    std::string_view text = source_.substr(pos_, open - pos_);
    const bool line_start = pos_ == 0 || source_[pos_ - 1] == '\n';
    if (strip_next_) text.remove_prefix(std::min(text.find_first_not_of(kSpaces), text.size()));
    if (open + 2 < source_.size() && source_[open + 2] == '-') {
      text = text.substr(0, text.find_last_not_of(kSpaces) + 1);
    } else if (open < source_.size() && source_[open + 1] != '{') {
      const size_t line = text.rfind('\n') + 1;  // lstrip_blocks: white space alone on the line
      if ((line > 0 || line_start) && text.find_first_not_of(" \t", line) == text.npos) {
        text = text.substr(0, line);
      }
    }
    if (!text.empty()) items_.push_back({JinjaItem::Kind::kText, std::string(text), {}});
  }

  // Moves behind the closing mark at `pos_`, whose last two characters are at `close`.
  void Close(size_t close, bool is_block) {
    strip_next_ = source_[close - 1] == '-';
    pos_ = close + 2;
    if (is_block && !strip_next_ && pos_ < source_.size() && source_[pos_] == '\n') ++pos_;
  }

  Status SkipComment(size_t open) {
    const size_t close = source_.find("#}", open + 2);
    if (close == source_.npos) return Unsupported("a comment is not closed");
    Close(close, true);
    return Status();
  }

  Status ReadTag(size_t open) {
    const bool is_block = source_[open + 1] == '%';
    const std::string_view closing = is_block ? "%}" : "}}";
    JinjaItem item{is_block ? JinjaItem::Kind::kTag : JinjaItem::Kind::kOutput, "", {}};
    pos_ = open + 2;
    if (pos_ < source_.size() && source_[pos_] == '-') ++pos_;
    int braces = 0;
    for (;;) {
      pos_ = std::min(source_.find_first_not_of(kSpaces, pos_), source_.size());
      const std::string_view rest = source_.substr(pos_);
      if (rest.empty()) return Unsupported("a tag is not closed");
      if (braces == 0 && (rest.starts_with(closing) || rest.substr(1).starts_with(closing))) {
        const bool minus = rest[0] == '-';
        if (minus || rest.starts_with(closing)) {
          Close(pos_ + (minus ? 1 : 0), is_block);
          break;
        }
      }
      if (rest[0] == '{') ++braces;
      if (rest[0] == '}') --braces;
      GRAM_RETURN_IF_ERROR(ReadToken(&item.tokens));
    }
    items_.push_back(std::move(item));
    return Status();
  }

  Status ReadToken(std::vector<JinjaToken>* tokens) {
    const size_t begin = pos_;
    const char c = source_[begin];
    if (c == '\'' || c == '"') return ReadString(tokens);
    JinjaToken::Kind kind = JinjaToken::Kind::kSymbol;
    ++pos_;
    if (IsNameStart(c) || IsDigit(c)) {
      kind = IsDigit(c) ? JinjaToken::Kind::kNumber : JinjaToken::Kind::kName;
      while (pos_ < source_.size() && (IsNameStart(source_[pos_]) || IsDigit(source_[pos_]))) {
        ++pos_;
      }
    } else if (pos_ < source_.size() && source_[pos_] == '=' &&
               std::string_view("=!<>").find(c) != std::string_view::npos) {
      ++pos_;
    }
    tokens->push_back({kind, std::string(source_.substr(begin, pos_ - begin))});
    return Status();
  }

  Status ReadString(std::vector<JinjaToken>* tokens) {
    const char quote = source_[pos_++];
    std::string value;
    for (; pos_ < source_.size() && source_[pos_] != quote; ++pos_) {
      if (source_[pos_] != '\\') {
        value += source_[pos_];
        continue;
      }
      constexpr std::string_view kEscapes = "nrt\\'\"";
      constexpr std::string_view kValues = "\n\r\t\\'\"";
      ++pos_;
      const size_t which = pos_ < source_.size() ? kEscapes.find(source_[pos_]) : kEscapes.npos;
      if (which == kEscapes.npos) return Unsupported("a string has an unknown escape");
      value += kValues[which];
    }
    if (pos_ == source_.size()) return Unsupported("a string is not closed");
    ++pos_;
    tokens->push_back({JinjaToken::Kind::kString, std::move(value)});
    return Status();
  }

  std::string_view source_;
  size_t pos_ = 0;
  bool strip_next_ = false;  // the last tag ended in a minus
  std::vector<JinjaItem> items_;
};

}  // namespace

Result<std::vector<JinjaItem>> LexJinja(std::string_view source) { return Lexer(source).Run(); }

namespace {

constexpr int kMaxParentheses = 32;  // nested parentheses; a template is input, the stack is finite

// An expression spelled in one way: x['y'] as x.y, single quotes, one space around operators.
std::string Spell(JinjaTokens tokens) {
  std::string spelled;
  for (size_t i = 0; i < tokens.size(); ++i) {
    const JinjaToken& token = tokens[i];
    const bool subscript = token.Is("[") && i > 0 && i + 2 < tokens.size() && tokens[i + 2].Is("]");
    if (subscript && tokens[i + 1].kind == JinjaToken::Kind::kString) {
      spelled += "." + tokens[i + 1].text;
      i += 2;
    } else if (subscript && tokens[i + 1].kind == JinjaToken::Kind::kNumber) {
      spelled += "[" + tokens[i + 1].text + "]";
      i += 2;
    } else if (token.Is(".") && i + 1 < tokens.size()) {
      spelled += "." + tokens[++i].text;
    } else {
      if (!spelled.empty()) spelled += ' ';
      const bool is_string = token.kind == JinjaToken::Kind::kString;
      spelled += is_string ? "'" + token.text + "'" : token.text;
    }
  }
  return spelled;
}

// The index behind the first token at or after `begin`, outside parentheses, that is `a` or `b`; or
// the number of tokens. `depth_limit` is returned through ok = false where parentheses do not
// match.
size_t FindOutside(JinjaTokens tokens, size_t begin, std::string_view a, std::string_view b) {
  int depth = 0;
  for (size_t i = begin; i < tokens.size(); ++i) {
    if (depth == 0 && (tokens[i].Is(a) || tokens[i].Is(b))) return i;
    if (tokens[i].Is("(") || tokens[i].Is("[")) ++depth;
    if (tokens[i].Is(")") || tokens[i].Is("]")) --depth;
  }
  return tokens.size();
}

// Whether the first token opens a parenthesis that the last one closes.
bool IsParenthesised(JinjaTokens tokens) {
  return tokens.size() >= 2 && tokens.front().Is("(") &&
         FindOutside(tokens, 1, ")", ")") == tokens.size() - 1;
}

std::optional<bool> RoleCondition(std::string_view atom) {
  for (const std::string_view subject : {"message.role", "messages[0].role"}) {
    if (atom == std::string(subject) + " == 'user'") return true;
    if (atom == std::string(subject) + " != 'user'") return false;
    if (!atom.ends_with('\'')) continue;
    if (atom.starts_with(std::string(subject) + " == '")) return false;
    if (atom.starts_with(std::string(subject) + " != '")) return true;
  }
  return std::nullopt;
}

std::optional<bool> AtomCondition(const std::string& atom, bool thinking_off) {
  static constexpr std::pair<std::string_view, bool> kKnown[] = {
      {"tools", false},
      {"tools is none", true},
      {"tools is not none", false},
      {"messages", true},
      {"add_generation_prompt", true},
      {"add_generation_prompt is defined", true},
      {"loop.first", true},
      {"loop.last", true},
      {"loop.index0 == 0", true},
      {"message.content is defined", true},
      {"message.content is string", true},
      {"message.content is none", false},
      {"message.content is not none", true},
      {"message.tool_calls", false},
      {"enable_thinking", false},  // whether undefined or false
      {"enable_thinking is true", false},
      {"enable_thinking == true", false},
  };
  for (const auto& [text, value] : kKnown) {
    if (atom == text) return value;
  }
  for (const std::string_view text :
       {"enable_thinking is defined", "enable_thinking is false", "enable_thinking == false"}) {
    if (atom == text) return thinking_off;
  }
  if (atom == "enable_thinking is not defined") return !thinking_off;
  return RoleCondition(atom);
}

std::optional<bool> Condition(JinjaTokens tokens, const JinjaContext& context, int depth);

// `tokens` split at each `word` outside parentheses: true if any part is (all_of: if every part
// is). As a part may go unread in Jinja, an unknown one does not matter where another decides.
std::optional<bool> Combine(JinjaTokens tokens, const JinjaContext& context, int depth,
                            std::string_view word, bool all_of) {
  bool unknown = false;
  for (size_t begin = 0; begin <= tokens.size();) {
    const size_t end = FindOutside(tokens, begin, word, word);
    const auto part = Condition(tokens.subspan(begin, end - begin), context, depth + 1);
    if (part == !all_of) return !all_of;
    unknown |= !part;
    begin = end + 1;
  }
  if (unknown) return std::nullopt;
  return all_of;
}

std::optional<bool> Condition(JinjaTokens tokens, const JinjaContext& context, int depth) {
  if (depth > kMaxParentheses || tokens.empty()) return std::nullopt;
  if (FindOutside(tokens, 0, "if", "|") != tokens.size()) return std::nullopt;
  const auto has = [tokens](std::string_view word) {
    return FindOutside(tokens, 0, word, word) != tokens.size();
  };
  if (has("or")) return Combine(tokens, context, depth, "or", false);
  if (has("and")) return Combine(tokens, context, depth, "and", true);
  if (tokens.front().Is("not")) {
    const auto inner = Condition(tokens.subspan(1), context, depth + 1);
    if (!inner) return std::nullopt;
    return !*inner;
  }
  if (tokens.front().Is("(") && IsParenthesised(tokens)) {
    return Condition(tokens.subspan(1, tokens.size() - 2), context, depth + 1);
  }
  return AtomCondition(Spell(tokens), context.thinking_off);
}

std::optional<std::string> TextTerm(JinjaTokens tokens, const JinjaContext& context) {
  if (tokens.size() == 1 && tokens[0].kind == JinjaToken::Kind::kString) {
    if (tokens[0].text.find(kContentMark) != std::string::npos) return std::nullopt;
    return tokens[0].text;
  }
  if (tokens.empty() || tokens[0].kind != JinjaToken::Kind::kName) return std::nullopt;
  const std::string path = Spell(tokens);
  if (path == "message.role") return "user";
  if (path == "message.content") return std::string(1, kContentMark);
  const auto variable = context.variables.find(path);
  if (variable == context.variables.end()) return std::nullopt;
  return variable->second;
}

std::optional<std::string> Text(JinjaTokens tokens, const JinjaContext& context, int depth) {
  if (depth > kMaxParentheses) return std::nullopt;
  if (IsParenthesised(tokens)) {
    return Text(tokens.subspan(1, tokens.size() - 2), context, depth + 1);
  }
  if (FindOutside(tokens, 0, "+", "~") == tokens.size()) return TextTerm(tokens, context);
  std::string joined;
  for (size_t begin = 0; begin <= tokens.size();) {
    const size_t end = FindOutside(tokens, begin, "+", "~");
    const auto part = Text(tokens.subspan(begin, end - begin), context, depth + 1);
    if (!part) return std::nullopt;
    joined += *part;
    if (joined.size() > kMaxTemplateBytes) break;
    begin = end + 1;
  }
  return joined;
}

}  // namespace

std::optional<std::string> EvaluateText(JinjaTokens tokens, const JinjaContext& context) {
  return Text(tokens, context, 0);
}

std::optional<bool> EvaluateCondition(JinjaTokens tokens, const JinjaContext& context) {
  return Condition(tokens, context, 0);
}

}  // namespace gram::tokenizer
