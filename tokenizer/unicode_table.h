// The facts about characters that tokenizing needs, as one byte a code point.
#ifndef GRAM_TOKENIZER_UNICODE_TABLE_H_
#define GRAM_TOKENIZER_UNICODE_TABLE_H_

#include <cstdint>
#include <vector>

namespace gram::tokenizer {

/// The classes that the split pattern tells apart; every code point has exactly one.
enum class CharClass : uint8_t {
  kOther = 0,
  kLetter,   ///< general category L*
  kNumber,   ///< general category N*
  kSpace,    ///< White_Space, less the two below
  kNewline,  ///< CR and LF
};

/// Immutable, about 128 KiB, built from utf8proc's Unicode 15 data in a few milliseconds. Code
/// points from U+20000 on are looked up instead of stored: whole planes of them are alike.
class UnicodeTable {
 public:
  UnicodeTable();

  CharClass Class(char32_t code_point) const {
    return static_cast<CharClass>(Flags(code_point) & kClassMask);
  }

  /// Whether the text before `code_point` never affects how it is normalised to NFC, and it is
  /// itself in NFC: its combining class is 0, it composes with nothing before it, and its NFC is
  /// itself. Text may be cut before such a character and the parts normalised alone.
  bool IsNfcInert(char32_t code_point) const { return (Flags(code_point) & kNfcActive) == 0; }

 private:
  static constexpr char32_t kStored = 0x20000;
  static constexpr uint8_t kClassMask = 0x07;
  static constexpr uint8_t kNfcActive = 0x08;

  uint8_t Flags(char32_t code_point) const {
    return code_point < kStored ? flags_[code_point] : Compute(code_point);
  }
  static uint8_t Compute(char32_t code_point);

  std::vector<uint8_t> flags_;  // [kStored]
};

}  // namespace gram::tokenizer

#endif  // GRAM_TOKENIZER_UNICODE_TABLE_H_
