// The byte alphabet of byte-level BPE: every byte value has one printable character that stands for
// it in a tokenizer.json, so that any byte string can be written as text.
#ifndef GRAM_TOKENIZER_BYTE_MAP_H_
#define GRAM_TOKENIZER_BYTE_MAP_H_

#include <optional>
#include <string>
#include <string_view>

namespace gram::tokenizer {

/// Bytes 0x21-0x7E, 0xA1-0xAC and 0xAE-0xFF stand for themselves (as code points); the other 68
/// are U+0100, U+0101, ... in byte order. Source: GPT-2's bytes_to_unicode.
char32_t ByteToCodePoint(unsigned char byte);

/// The byte that `code_point` stands for, or -1.
int CodePointToByte(char32_t code_point);

/// The bytes that `text` (valid UTF-8) spells in the alphabet; nothing if a character is not in it.
std::optional<std::string> BytesFromAlphabet(std::string_view text);

/// `bytes` spelled in the alphabet, as UTF-8: for messages.
std::string AlphabetFromBytes(std::string_view bytes);

}  // namespace gram::tokenizer

#endif  // GRAM_TOKENIZER_BYTE_MAP_H_
