#include "tokenizer/jinja_lexer.h"

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
      if (which == kEscapes.npos) return Unsupported("a text has an unknown escape");
      value += kValues[which];
    }
    if (pos_ == source_.size()) return Unsupported("a text is not closed");
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

}  // namespace gram::tokenizer
