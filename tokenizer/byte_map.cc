#include "tokenizer/byte_map.h"

#include <array>
#include <cstdint>

#include "tokenizer/utf8.h"

namespace gram::tokenizer {
namespace {

constexpr bool StandsForItself(unsigned byte) {
  return (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || byte >= 0xae;
}

constexpr unsigned kAlphabetEnd = 0x100 + 68;  // one past the highest code point in use

constexpr std::array<char16_t, 256> kByteToCodePoint = [] {
  std::array<char16_t, 256> map{};
  char16_t next = 0x100;
  for (unsigned byte = 0; byte < 256; ++byte) {
    map[byte] = StandsForItself(byte) ? static_cast<char16_t>(byte) : next++;
  }
  return map;
}();

constexpr std::array<int16_t, kAlphabetEnd> kCodePointToByte = [] {
  std::array<int16_t, kAlphabetEnd> map{};
  for (int16_t& byte : map) byte = -1;
  for (unsigned byte = 0; byte < 256; ++byte) {
    map[kByteToCodePoint[byte]] = static_cast<int16_t>(byte);
  }
  return map;
}();

}  // namespace

char32_t ByteToCodePoint(unsigned char byte) { return kByteToCodePoint[byte]; }

int CodePointToByte(char32_t code_point) {
  return code_point < kAlphabetEnd ? kCodePointToByte[code_point] : -1;
}

std::optional<std::string> BytesFromAlphabet(std::string_view text) {
  std::string bytes;
  bytes.reserve(text.size());
  for (size_t pos = 0; pos < text.size();) {
    const Utf8Char c = DecodeUtf8(text, pos);
    const int byte = CodePointToByte(c.code_point);
    if (byte < 0) return std::nullopt;
    bytes.push_back(static_cast<char>(byte));
    pos += c.length;
  }
  return bytes;
}

std::string AlphabetFromBytes(std::string_view bytes) {
  std::string text;
  for (const char byte : bytes) {
    AppendUtf8(ByteToCodePoint(static_cast<unsigned char>(byte)), &text);
  }
  return text;
}

}  // namespace gram::tokenizer
