#include "tokenizer/jinja_condition.h"

#include <cstddef>
#include <string_view>
#include <utility>

namespace gram::tokenizer {
namespace {

constexpr int kMaxDepth = 32;  // nested parentheses; a template is input, the stack is finite

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
  if (depth > kMaxDepth || tokens.empty()) return std::nullopt;
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
  if (depth > kMaxDepth) return std::nullopt;
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
