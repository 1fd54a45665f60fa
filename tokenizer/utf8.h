// UTF-8: validation with the place of the first error, and decoding of text known to be valid. And
// how a tokenizer.json spells tokens: in the byte alphabet of byte-level BPE, where every byte
// value has one printable character that stands for it, so that any byte string can be written as
// text; or as SentencePiece does, with a character that stands for a space.
#ifndef GRAM_TOKENIZER_UTF8_H_
#define GRAM_TOKENIZER_UTF8_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "engine/base/status.h"

namespace gram::tokenizer {

struct Utf8Char {
  char32_t code_point;
  uint32_t length;  ///< bytes
};

/// The byte offset where `text` stops being UTF-8 (the start of the first ill-formed sequence,
/// which may be cut short by the end), or npos where all of it is. Surrogates, overlong forms and
/// code points above U+10FFFF are ill-formed; NUL is a character like any other.
size_t FindInvalidUtf8(std::string_view text);

/// kInvalidUtf8 that names `what` and the byte offset, unless `text` is UTF-8.
Status CheckUtf8(std::string_view text, std::string_view what);

/// The character at `pos` < text.size(); `text` must be valid UTF-8 and `pos` a character's start.
inline Utf8Char DecodeUtf8(std::string_view text, size_t pos) {
  const auto at = [&](size_t i) {
    return static_cast<char32_t>(static_cast<unsigned char>(text[pos + i]));
  };
  const char32_t lead = at(0);
  if (lead < 0x80) return {lead, 1};
  if (lead < 0xe0) return {(lead & 0x1f) << 6 | (at(1) & 0x3f), 2};
  if (lead < 0xf0) return {(lead & 0x0f) << 12 | (at(1) & 0x3f) << 6 | (at(2) & 0x3f), 3};
  return {(lead & 0x07) << 18 | (at(1) & 0x3f) << 12 | (at(2) & 0x3f) << 6 | (at(3) & 0x3f), 4};
}

/// Appends `code_point`, which must be a Unicode scalar value.
void AppendUtf8(char32_t code_point, std::string* out);

/// `bytes` with U+FFFD in place of each maximal ill-formed part: Unicode's recommended practice,
/// chapter 3.9, which Rust's from_utf8_lossy follows too.
std::string ReplaceInvalidUtf8(std::string bytes);

/// Bytes 0x21-0x7E, 0xA1-0xAC and 0xAE-0xFF stand for themselves (as code points); the other 68
/// are U+0100, U+0101, ... in byte order. Source: GPT-2's bytes_to_unicode.
char32_t ByteToCodePoint(unsigned char byte);

/// The byte that `code_point` stands for, or -1.
int CodePointToByte(char32_t code_point);

/// The bytes that `text` (valid UTF-8) spells in the alphabet; nothing if a character is not in it.
std::optional<std::string> BytesFromAlphabet(std::string_view text);

/// `bytes` spelled in the alphabet, as UTF-8: for messages.
std::string AlphabetFromBytes(std::string_view bytes);

/// U+2581, which SentencePiece writes for a space. In memory tokens and texts have the space, so
/// that the bytes of tokens are those of the text.
inline constexpr std::string_view kSpaceMark = "\xe2\x96\x81";

/// Appends `text` with a space for each U+2581.
void AppendWithSpaces(std::string_view text, std::string* out);

/// `bytes` with U+2581 for each space: for messages.
std::string WithSpaceMarks(std::string_view bytes);

}  // namespace gram::tokenizer

#endif  // GRAM_TOKENIZER_UTF8_H_
