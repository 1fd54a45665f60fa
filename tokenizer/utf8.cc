#include "tokenizer/utf8.h"

#include <simdjson.h>

#include <algorithm>
#include <array>
#include <utility>

namespace gram::tokenizer {
namespace {

struct Step {
  size_t length;  // bytes of the character, or of the maximal ill-formed part
  bool valid;
};

// What the second byte may be after `lead`: narrower than 80-BF where that excludes overlong forms,
// surrogates and values above U+10FFFF (Unicode, table 3-7).
std::pair<unsigned, unsigned> SecondByteRange(unsigned lead) {
  switch (lead) {
    case 0xe0:
      return {0xa0, 0xbf};
    case 0xed:
      return {0x80, 0x9f};
    case 0xf0:
      return {0x90, 0xbf};
    case 0xf4:
      return {0x80, 0x8f};
    default:
      return {0x80, 0xbf};
  }
}

Step StepAt(std::string_view text, size_t pos) {
  const auto at = [&](size_t i) {
    return static_cast<unsigned>(static_cast<unsigned char>(text[i]));
  };
  const unsigned lead = at(pos);
  if (lead < 0x80) return {1, true};
  if (lead < 0xc2 || lead > 0xf4) return {1, false};
  const size_t wanted = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  auto [low, high] = SecondByteRange(lead);
  for (size_t i = 1; i < wanted; ++i) {
    if (pos + i >= text.size() || at(pos + i) < low || at(pos + i) > high) return {i, false};
    low = 0x80;
    high = 0xbf;
  }
  return {wanted, true};
}

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

size_t FindInvalidUtf8(std::string_view text) {
  if (text.empty() || simdjson::validate_utf8(text.data(), text.size()))
    return std::string_view::npos;
  for (size_t pos = 0; pos < text.size();) {
    const Step step = StepAt(text, pos);
    if (!step.valid) return pos;
    pos += step.length;
  }
  return std::string_view::npos;
}

Status CheckUtf8(std::string_view text, std::string_view what) {
  const size_t pos = FindInvalidUtf8(text);
  if (pos == std::string_view::npos) return Status();
  return InvalidUtf8(std::string(what) + " is not valid UTF-8 at byte offset " +
                     std::to_string(pos));
}

void AppendUtf8(char32_t code_point, std::string* out) {
  const auto put = [&](char32_t bits) { out->push_back(static_cast<char>(bits)); };
  if (code_point < 0x80) {
    put(code_point);
  } else if (code_point < 0x800) {
    put(0xc0 | code_point >> 6);
    put(0x80 | (code_point & 0x3f));
  } else if (code_point < 0x10000) {
    put(0xe0 | code_point >> 12);
    put(0x80 | (code_point >> 6 & 0x3f));
    put(0x80 | (code_point & 0x3f));
  } else {
    put(0xf0 | code_point >> 18);
    put(0x80 | (code_point >> 12 & 0x3f));
    put(0x80 | (code_point >> 6 & 0x3f));
    put(0x80 | (code_point & 0x3f));
  }
}

std::string ReplaceInvalidUtf8(std::string bytes) {
  const size_t first = FindInvalidUtf8(bytes);
  if (first == std::string::npos) return bytes;
  std::string out = bytes.substr(0, first);
  for (size_t pos = first; pos < bytes.size();) {
    const Step step = StepAt(bytes, pos);
    if (step.valid) {
      out.append(bytes, pos, step.length);
    } else {
      out += "\xef\xbf\xbd";
    }
    pos += step.length;
  }
  return out;
}

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

void AppendWithSpaces(std::string_view text, std::string* out) {
  size_t copied = 0;
  for (size_t mark; (mark = text.find(kSpaceMark, copied)) != std::string_view::npos;) {
    out->append(text, copied, mark - copied).push_back(' ');
    copied = mark + kSpaceMark.size();
  }
  out->append(text, copied);
}

std::string WithSpaceMarks(std::string_view bytes) {
  std::string text;
  for (const char byte : bytes) text += byte == ' ' ? kSpaceMark : std::string_view(&byte, 1);
  return text;
}

}  // namespace gram::tokenizer
