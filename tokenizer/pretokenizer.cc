#include "tokenizer/pretokenizer.h"

#include <utf8proc.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "tokenizer/utf8.h"

namespace gram::tokenizer {
namespace {

// The White_Space property. It is stable in practice (last changed in Unicode 6.3), and what `\s`
// means to the regex engine of Hugging Face's tokenizers.
bool IsWhiteSpace(char32_t c) {
  return (c >= 0x09 && c <= 0x0d) || c == 0x20 || c == 0x85 || c == 0xa0 || c == 0x1680 ||
         (c >= 0x2000 && c <= 0x200a) || c == 0x2028 || c == 0x2029 || c == 0x202f || c == 0x205f ||
         c == 0x3000;
}

CharClass ClassOf(char32_t c) {
  if (c == '\r' || c == '\n') return CharClass::kNewline;
  if (IsWhiteSpace(c)) return CharClass::kSpace;
  switch (utf8proc_category(static_cast<utf8proc_int32_t>(c))) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO:
      return CharClass::kLetter;
    case UTF8PROC_CATEGORY_ND:
    case UTF8PROC_CATEGORY_NL:
    case UTF8PROC_CATEGORY_NO:
      return CharClass::kNumber;
    default:
      return CharClass::kOther;
  }
}

constexpr auto kDecompose = static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_DECOMPOSE);
constexpr auto kCompose = static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPOSE);

constexpr int kMaxDecomposition = 8;  // code points; Unicode's longest canonical one is 4

// The full canonical decomposition of `c` into `out`; returns its length.
int Decompose(char32_t c, std::array<int32_t, kMaxDecomposition>* out) {
  int last_bound_class = 0;
  const auto length = utf8proc_decompose_char(static_cast<utf8proc_int32_t>(c), out->data(),
                                              kMaxDecomposition, kDecompose, &last_bound_class);
  return length < 0 || length > kMaxDecomposition ? 0 : static_cast<int>(length);
}

bool ChangesUnderNfc(char32_t c) {
  std::array<int32_t, kMaxDecomposition> buffer{};
  const int length = Decompose(c, &buffer);
  if (length == 1 && buffer[0] == static_cast<utf8proc_int32_t>(c)) return false;
  const auto composed = utf8proc_normalize_utf32(buffer.data(), length, kCompose);
  return composed != 1 || buffer[0] != static_cast<utf8proc_int32_t>(c);
}

constexpr char32_t kHangulFirst = 0xac00;
constexpr char32_t kHangulLast = 0xd7a3;

}  // namespace

uint8_t UnicodeTable::Compute(char32_t code_point) {
  const auto c = static_cast<utf8proc_int32_t>(code_point);
  auto flags = static_cast<uint8_t>(ClassOf(code_point));
  const utf8proc_property_t* property = utf8proc_get_property(c);
  const bool may_decompose = property->decomp_seqindex != UINT16_MAX;
  if (property->combining_class != 0 || (may_decompose && ChangesUnderNfc(code_point))) {
    flags |= kNfcActive;
  }
  return flags;
}

UnicodeTable::UnicodeTable() : flags_(kStored) {
  for (char32_t c = 0; c < kStored; ++c) flags_[c] = Compute(c);
  // Whatever follows the first character of some decomposition may compose with what is before it.
  std::array<int32_t, kMaxDecomposition> buffer{};
  for (char32_t c = 0x80; c < kStored; ++c) {
    const bool hangul = c >= kHangulFirst && c <= kHangulLast;
    const auto* property = utf8proc_get_property(static_cast<utf8proc_int32_t>(c));
    if (hangul || property->decomp_seqindex == UINT16_MAX) continue;
    const int length = Decompose(c, &buffer);
    for (int i = 1; i < length; ++i) {
      const auto part = static_cast<char32_t>(buffer[static_cast<size_t>(i)]);
      if (part < kStored) flags_[part] |= kNfcActive;
    }
  }
  for (char32_t c = 0x1161; c <= 0x1175; ++c) flags_[c] |= kNfcActive;  // Hangul vowels
  for (char32_t c = 0x11a8; c <= 0x11c2; ++c) flags_[c] |= kNfcActive;  // Hangul finals
}

namespace {

constexpr unsigned char kFirstActiveLead = 0xcc;  // lead byte of U+0300: all below is NFC-inert

// The first position at or after `pos` whose character may be at or above U+0300, or the end.
size_t SkipInertBytes(std::string_view text, size_t pos) {
  while (pos + 8 <= text.size()) {
    uint64_t word;
    std::memcpy(&word, text.data() + pos, sizeof(word));
    if ((word & 0x8080808080808080U) != 0) break;
    pos += 8;
  }
  while (pos < text.size() && static_cast<unsigned char>(text[pos]) < kFirstActiveLead) ++pos;
  return pos;
}

int CombiningClass(int32_t code_point) {
  return utf8proc_get_property(code_point)->combining_class;
}

// Canonical ordering by a stable sort of each run of marks. utf8proc's own ordering moves marks one
// place at a time, which is quadratic in a run's length: a text of a million marks would hang.
void OrderMarks(std::vector<int32_t>* code_points) {
  const auto is_mark = [](int32_t c) { return CombiningClass(c) != 0; };
  for (auto run = code_points->begin(); run != code_points->end();) {
    run = std::find_if(run, code_points->end(), is_mark);
    const auto end = std::find_if_not(run, code_points->end(), is_mark);
    std::stable_sort(run, end,
                     [](int32_t a, int32_t b) { return CombiningClass(a) < CombiningClass(b); });
    run = end;
  }
}

void AppendNormalized(std::string_view stretch, std::vector<int32_t>* scratch, std::string* out) {
  scratch->clear();
  std::array<int32_t, kMaxDecomposition> parts{};
  for (size_t pos = 0; pos < stretch.size();) {
    const Utf8Char c = DecodeUtf8(stretch, pos);
    pos += c.length;
    const int count = Decompose(c.code_point, &parts);
    scratch->insert(scratch->end(), parts.begin(), parts.begin() + count);
  }
  OrderMarks(scratch);
  const auto length = utf8proc_normalize_utf32(
      scratch->data(), static_cast<utf8proc_ssize_t>(scratch->size()), kCompose);
  for (utf8proc_ssize_t i = 0; i < length; ++i) {
    AppendUtf8(static_cast<char32_t>((*scratch)[static_cast<size_t>(i)]), out);
  }
}

}  // namespace

std::string_view NormalizeNfc(const UnicodeTable& table, std::string_view text,
                              std::string* storage) {
  storage->clear();
  std::vector<int32_t> scratch;
  size_t copied = 0;      // text[0, copied) is in *storage
  size_t last_inert = 0;  // where the latest inert character starts
  for (size_t pos = 0; pos < text.size();) {
    const size_t skipped_to = SkipInertBytes(text, pos);
    if (skipped_to > pos) {
      last_inert = skipped_to - 1;
      while ((static_cast<unsigned char>(text[last_inert]) & 0xc0) == 0x80) --last_inert;
      pos = skipped_to;
      continue;
    }
    const Utf8Char c = DecodeUtf8(text, pos);
    if (table.IsNfcInert(c.code_point)) {
      last_inert = pos;
      pos += c.length;
      continue;
    }
    // An active character: normalise from the inert one before it to the next inert one.
    const size_t begin = std::max(last_inert, copied);
    size_t end = pos;
    while (end < text.size()) {
      const Utf8Char next = DecodeUtf8(text, end);
      if (table.IsNfcInert(next.code_point)) break;
      end += next.length;
    }
    storage->append(text, copied, begin - copied);
    AppendNormalized(text.substr(begin, end - begin), &scratch, storage);
    copied = last_inert = pos = end;
  }
  if (copied == 0) return text;
  storage->append(text, copied);
  return *storage;
}

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

  // The end of up to `most` numbers from `pos` on.
  size_t SkipNumbers(size_t pos, size_t most) const {
    for (; most > 0 && Is(pos, CharClass::kNumber); --most) pos += At(pos).length;
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
size_t NextPiece(const UnicodeTable& table, const SplitPattern& pattern, std::string_view text,
                 size_t pos) {
  const Scanner scan(table, text);
  if (text[pos] == '\'') {
    const size_t end = scan.ContractionEnd(pos);
    if (end != pos) return end;
  }
  const Char c = scan.At(pos);
  const size_t next = pos + c.length;
  if (c.cls == CharClass::kLetter) return scan.SkipAll(next, CharClass::kLetter);
  if (c.cls == CharClass::kNumber) return scan.SkipNumbers(next, pattern.digits - 1);
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
