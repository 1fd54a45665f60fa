#include "engine/base/white_space.h"

#include <cstddef>

namespace gram {
namespace {

constexpr size_t kLongest = 3;  // bytes of a white-space character

// Whether `bytes` are one such character.
bool IsSpace(std::string_view bytes) {
  if (bytes.size() == 1) {
    const char c = bytes[0];
    return (c >= '\t' && c <= '\r') || (c >= '\x1c' && c <= ' ');
  }
  if (bytes.size() == 2) return bytes == "\xc2\x85" || bytes == "\xc2\xa0";
  if (bytes.size() != 3) return false;
  if (bytes.starts_with("\xe2\x80")) {
    const auto last = static_cast<unsigned char>(bytes[2]);
    return (last >= 0x80 && last <= 0x8a) || last == 0xa8 || last == 0xa9 || last == 0xaf;
  }
  return bytes == "\xe1\x9a\x80" || bytes == "\xe2\x81\x9f" || bytes == "\xe3\x80\x80";
}

}  // namespace

std::string_view TrimLeft(std::string_view text) {
  for (size_t length = 1; length <= kLongest && length <= text.size();) {
    if (!IsSpace(text.substr(0, length))) {
      ++length;
      continue;
    }
    text.remove_prefix(length);
    length = 1;
  }
  return text;
}

std::string_view TrimRight(std::string_view text) {
  for (size_t length = 1; length <= kLongest && length <= text.size();) {
    if (!IsSpace(text.substr(text.size() - length))) {
      ++length;
      continue;
    }
    text.remove_suffix(length);
    length = 1;
  }
  return text;
}

}  // namespace gram
