#include "tokenizer/jinja/lexer.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "engine/base/white_space.h"
#include "tokenizer/utf8.h"

namespace gram::tokenizer::jinja {
namespace {

constexpr std::string_view kSpaces = " \t\r\n\f\v";

bool IsNameStart(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// Every line end as "\n", without the one at the very end.
std::string WithPlainLineEnds(std::string_view source) {
  std::string plain;
  plain.reserve(source.size());
  for (size_t i = 0; i < source.size(); ++i) {
    if (source[i] == '\r' && i + 1 < source.size() && source[i + 1] == '\n') ++i;
    plain += source[i] == '\r' ? '\n' : source[i];
  }
  if (plain.ends_with('\n')) plain.pop_back();
  return plain;
}

class Lexer {
 public:
  explicit Lexer(std::string_view source) : source_(source) {}

  Result<std::vector<Item>> Run() {
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

  // The sign behind the opening mark at `open`: '-', '+' or none.
  char SignAt(size_t open) const {
    const char sign = open + 2 < source_.size() ? source_[open + 2] : '\0';
    return sign == '-' || sign == '+' ? sign : '\0';
  }

  // The text before the tag at `open`, less what the tags on both sides strip.
  void AddText(size_t open) {
    std::string_view text = source_.substr(pos_, open - pos_);
    const bool line_start = pos_ == 0 || source_[pos_ - 1] == '\n';
    if (strip_next_) text = TrimLeft(text);
    const char sign = SignAt(open);
    if (sign == '-') {
      text = TrimRight(text);
    } else if (open < source_.size() && source_[open + 1] != '{' && sign != '+') {
      const size_t line = text.rfind('\n') + 1;  // lstrip_blocks: white space alone on the line
      if ((line > 0 || line_start) && TrimLeft(text.substr(line)).empty()) {
        text = text.substr(0, line);
      }
    }
    if (!text.empty()) items_.push_back({Item::Kind::kText, std::string(text), {}});
  }

  // Moves behind the closing mark whose last two characters are at `close`; `sign` stands before.
  void Close(size_t close, char sign, bool is_block) {
    strip_next_ = sign == '-';
    pos_ = close + 2;
    if (is_block && sign == '\0' && pos_ < source_.size() && source_[pos_] == '\n') ++pos_;
  }

  Status SkipComment(size_t open) {
    const size_t begin = open + (SignAt(open) != '\0' ? 3 : 2);
    const size_t close = source_.find("#}", begin);
    if (close == source_.npos) return Unsupported("a comment is not closed");
    const char sign = close > begin ? source_[close - 1] : '\0';
    Close(close, sign == '-' || sign == '+' ? sign : '\0', true);
    return Status();
  }

  Status ReadTag(size_t open) {
    const bool is_block = source_[open + 1] == '%';
    Item item{is_block ? Item::Kind::kTag : Item::Kind::kOutput, "", {}};
    pos_ = open + (SignAt(open) != '\0' ? 3 : 2);
    int brackets = 0;
    for (;;) {
      pos_ = std::min(source_.find_first_not_of(kSpaces, pos_), source_.size());
      if (pos_ == source_.size()) return Unsupported("a tag is not closed");
      if (brackets == 0 && CloseTag(is_block)) break;
      const char c = source_[pos_];
      if (c == '{' || c == '(' || c == '[') ++brackets;
      if (c == '}' || c == ')' || c == ']') --brackets;
      GRAM_RETURN_IF_ERROR(ReadToken(&item.tokens));
    }
    items_.push_back(std::move(item));
    return Status();
  }

  // Whether the tag ends here, behind whose end it then moves.
  bool CloseTag(bool is_block) {
    const std::string_view rest = source_.substr(pos_);
    const std::string_view closing = is_block ? "%}" : "}}";
    const bool sign = rest[0] == '-' || (is_block && rest[0] == '+');
    if (!rest.substr(sign ? 1 : 0).starts_with(closing)) return false;
    Close(pos_ + (sign ? 1 : 0), sign ? rest[0] : '\0', is_block);
    return true;
  }

  Status ReadToken(std::vector<Token>* tokens) {
    const size_t begin = pos_;
    const char c = source_[begin];
    if (c == '\'' || c == '"') return ReadString(tokens);
    if (c < '!' || c > '~') return Unsupported("a tag has a character that is no part of one");
    Token::Kind kind = Token::Kind::kSymbol;
    ++pos_;
    const char next = pos_ < source_.size() ? source_[pos_] : '\0';
    if (IsNameStart(c) || IsDigit(c)) {
      kind = IsDigit(c) ? Token::Kind::kNumber : Token::Kind::kName;
      while (pos_ < source_.size() && (IsNameStart(source_[pos_]) || IsDigit(source_[pos_]))) {
        ++pos_;
      }
    } else if ((next == '=' && std::string_view("=!<>").find(c) != std::string_view::npos) ||
               (next == c && (c == '*' || c == '/'))) {
      ++pos_;
    }
    tokens->push_back({kind, std::string(source_.substr(begin, pos_ - begin))});
    return Status();
  }

  Status ReadString(std::vector<Token>* tokens) {
    const char quote = source_[pos_++];
    std::string value;
    for (; pos_ < source_.size() && source_[pos_] != quote; ++pos_) {
      if (source_[pos_] != '\\') {
        value += source_[pos_];
      } else if (!ReadEscape(&value)) {
        return Unsupported("a string has an unknown escape");
      }
    }
    if (pos_ == source_.size()) return Unsupported("a string is not closed");
    ++pos_;
    tokens->push_back({Token::Kind::kString, std::move(value)});
    return Status();
  }

  // The escape at the backslash on which `pos_` is; leaves it on the escape's last character.
  bool ReadEscape(std::string* value) {
    constexpr std::string_view kEscapes = "nrtabfv\\'\"";
    constexpr std::string_view kValues = "\n\r\t\a\b\f\v\\'\"";
    const char c = ++pos_ < source_.size() ? source_[pos_] : '\0';
    if (const size_t which = kEscapes.find(c); which != kEscapes.npos) {
      *value += kValues[which];
      return true;
    }
    const size_t digits = c == 'x' ? 2 : c == 'u' ? 4 : 0;
    const std::string_view hex = source_.substr(std::min(pos_ + 1, source_.size()), digits);
    uint32_t code_point = 0;
    const auto read = std::from_chars(hex.data(), hex.data() + hex.size(), code_point, 16);
    const bool surrogate = code_point >= 0xd800 && code_point < 0xe000;
    if (digits == 0 || hex.size() != digits || read.ptr != hex.data() + digits || surrogate) {
      return false;
    }
    AppendUtf8(code_point, value);
    pos_ += digits;
    return true;
  }

  std::string_view source_;
  size_t pos_ = 0;
  bool strip_next_ = false;  // the last tag ended in a minus
  std::vector<Item> items_;
};

}  // namespace

Result<std::vector<Item>> Lex(std::string_view source) {
  if (source.size() > kMaxTemplateBytes) {
    return Unsupported("it has " + std::to_string(source.size()) + " bytes; at most " +
                       std::to_string(kMaxTemplateBytes) + " are read");
  }
  if (FindInvalidUtf8(source) != source.npos) return Unsupported("it is not UTF-8");
  return Lexer(WithPlainLineEnds(source)).Run();
}

}  // namespace gram::tokenizer::jinja
