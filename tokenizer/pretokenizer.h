// From a text to the pieces that BPE works on: what tokenizing has to know about characters,
// normalisation form C, and the split patterns of Qwen and Llama 3 as a hand-written scanner.
#ifndef GRAM_TOKENIZER_PRETOKENIZER_H_
#define GRAM_TOKENIZER_PRETOKENIZER_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
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

/// NFC of `text`, which must be valid UTF-8. Where nothing changes the result is `text` itself and
/// nothing is copied; otherwise it is a view of `*storage`. Only the stretches around characters
/// that can change are normalised. Cost: linear in the text, n log n in a run of combining marks.
std::string_view NormalizeNfc(const UnicodeTable& table, std::string_view text,
                              std::string* storage);

/// A split pattern that NextPiece implements. Such patterns differ in how many digits stand
/// together.
struct SplitPattern {
  std::string_view regex;  ///< as a tokenizer.json spells it
  size_t digits;           ///< at most, in a piece
};

inline constexpr SplitPattern kQwenPattern = {
    R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*)"
    R"(|\s*[\r\n]+|\s+(?!\S)|\s+)",
    1};

inline constexpr SplitPattern kLlama3Pattern = {
    R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*)"
    R"(|\s*[\r\n]+|\s+(?!\S)|\s+)",
    3};

/// The end of the piece that starts at `pos` < text.size(). `text` must be valid UTF-8 and `pos`
/// the start of a piece. Pieces cover the text without gaps; scanning all of them is linear.
size_t NextPiece(const UnicodeTable& table, const SplitPattern& pattern, std::string_view text,
                 size_t pos);

}  // namespace gram::tokenizer

#endif  // GRAM_TOKENIZER_PRETOKENIZER_H_
