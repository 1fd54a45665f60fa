#include "tokenizer/pretokenizer.h"

#include <array>
#include <cstdint>

#include "tokenizer/utf8.h"

namespace gram::tokenizer {
namespace {

struct Char {
  CharClass cls;
  uint32_t length;  // bytes
};

constexpr std::array<CharClass, 128> kAsciiClass = [] {
  std::array<CharClass, 128> classes{};
  for (int c = 0; c < 128; ++c) {
    CharClass cls = CharClass::kOther;
    if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) cls = CharClass::kLetter;
    if (c >= '0' && c <= '9') cls = CharClass::kNumber;
    if (c == ' ' || (c >= 0x09 && c <= 0x0d)) cls = CharClass::kSpace;
    if (c == '\r' || c == '\n') cls = CharClass::kNewline;
    classes[static_cast<size_t>(c)] = cls;
  }
  return classes;
}();

class Scanner {
 public:
  Scanner(const UnicodeTable& table, std::string_view text) : table_(table), text_(text) {}

  Char At(size_t pos) const {
    const auto byte = static_cast<unsigned char>(text_[pos]);
    if (byte < 0x80) return {kAsciiClass[byte], 1};
    const Utf8Char c = DecodeUtf8(text_, pos);
    return {table_.Class(c.code_point), c.length};
  }

  bool Is(size_t pos, CharClass cls) const { return pos < text_.size() && At(pos).cls == cls; }

  size_t SkipAll(size_t pos, CharClass cls) const {
    while (pos < text_.size()) {
      const Char c = At(pos);
      if (c.cls != cls) break;
      pos += c.length;
    }
    return pos;
  }

  // (?i:'s|'t|'re|'ve|'m|'ll|'d) at an apostrophe: the end of the match, or `pos` for none.
  size_t ContractionEnd(size_t pos) const {
    const char first = LowerAt(pos + 1);
    if (first == 's' || first == 't' || first == 'm' || first == 'd') return pos + 2;
    const char second = LowerAt(pos + 2);
    if ((first == 'r' || first == 'v') && second == 'e') return pos + 3;
    if (first == 'l' && second == 'l') return pos + 3;
    // Case folding makes U+017F (long s) an s, the only non-ASCII character to fold to one of
    // these.
    if (text_.substr(pos + 1, 2) == "\xc5\xbf") return pos + 3;
    return pos;
  }

  // \s*[\r\n]+|\s+(?!\S)|\s+ at white space: up to the run's last newline if it has one; else the
  // whole run at the end of the text; else all but its last character, which belongs to the word
  // that follows; else that character.
  size_t WhiteSpaceEnd(size_t pos) const {
    size_t after_newline = 0;
    size_t last = pos;
    size_t end = pos;
    while (end < text_.size()) {
      const Char c = At(end);
      if (c.cls != CharClass::kSpace && c.cls != CharClass::kNewline) break;
      last = end;
      end += c.length;
      if (c.cls == CharClass::kNewline) after_newline = end;
    }
    if (after_newline != 0) return after_newline;
    return end == text_.size() || last == pos ? end : last;
  }

 private:
  // The ASCII byte at `pos` in lower case, or 0.
  char LowerAt(size_t pos) const {
    if (pos >= text_.size()) return 0;
    const char c = text_[pos];
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }

  const UnicodeTable& table_;
  std::string_view text_;
};

}  // namespace

// The alternatives of the pattern in their order: the first that matches at `pos` wins.
size_t NextPiece(const UnicodeTable& table, std::string_view text, size_t pos) {
  const Scanner scan(table, text);
  if (text[pos] == '\'') {
    const size_t end = scan.ContractionEnd(pos);
    if (end != pos) return end;
  }
  const Char c = scan.At(pos);
  const size_t next = pos + c.length;
  if (c.cls == CharClass::kLetter) return scan.SkipAll(next, CharClass::kLetter);
  if (c.cls == CharClass::kNumber) return next;
  if (c.cls != CharClass::kNewline && scan.Is(next, CharClass::kLetter)) {
    return scan.SkipAll(next, CharClass::kLetter);
  }
  const size_t mark = text[pos] == ' ' ? next : pos;
  if (scan.Is(mark, CharClass::kOther)) {
    return scan.SkipAll(scan.SkipAll(mark, CharClass::kOther), CharClass::kNewline);
  }
  return scan.WhiteSpaceEnd(pos);
}

}  // namespace gram::tokenizer
