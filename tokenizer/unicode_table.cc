#include "tokenizer/unicode_table.h"

#include <utf8proc.h>

#include <array>

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
int Decompose(char32_t c, std::array<utf8proc_int32_t, kMaxDecomposition>* out) {
  int last_bound_class = 0;
  const auto length = utf8proc_decompose_char(static_cast<utf8proc_int32_t>(c), out->data(),
                                              kMaxDecomposition, kDecompose, &last_bound_class);
  return length < 0 || length > kMaxDecomposition ? 0 : static_cast<int>(length);
}

bool ChangesUnderNfc(char32_t c) {
  std::array<utf8proc_int32_t, kMaxDecomposition> buffer{};
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
  std::array<utf8proc_int32_t, kMaxDecomposition> buffer{};
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

}  // namespace gram::tokenizer
