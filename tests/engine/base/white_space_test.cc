#include "engine/base/white_space.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace gram {
namespace {

// The characters that Python's str.isspace() has.
const std::set<char32_t> kSpaces = {0x09,   0x0a,   0x0b,   0x0c,   0x0d,   0x1c,   0x1d,   0x1e,
                                    0x1f,   0x20,   0x85,   0xa0,   0x1680, 0x2000, 0x2001, 0x2002,
                                    0x2003, 0x2004, 0x2005, 0x2006, 0x2007, 0x2008, 0x2009, 0x200a,
                                    0x2028, 0x2029, 0x202f, 0x205f, 0x3000};

std::string Utf8(char32_t c) {
  const auto tail = [c](int shift) { return static_cast<char>(0x80 | (c >> shift & 0x3f)); };
  if (c < 0x80) return {static_cast<char>(c)};
  if (c < 0x800) return {static_cast<char>(0xc0 | c >> 6), tail(0)};
  if (c < 0x10000) return {static_cast<char>(0xe0 | c >> 12), tail(6), tail(0)};
  return {static_cast<char>(0xf0 | c >> 18), tail(12), tail(6), tail(0)};
}

TEST(WhiteSpace, EveryCodePointIsWhatItIsInPython) {
  for (char32_t c = 0; c < 0x110000; ++c) {
    if (c == 0xd800) c = 0xe000;  // surrogates are no characters
    const std::string text = Utf8(c);
    const bool space = kSpaces.count(c) == 1;
    ASSERT_EQ(Trim("a" + text), space ? "a" : "a" + text) << static_cast<uint32_t>(c);
    ASSERT_EQ(Trim(text + "a"), space ? "a" : text + "a") << static_cast<uint32_t>(c);
    ASSERT_EQ(Trim(text).empty(), space) << static_cast<uint32_t>(c);
  }
}

TEST(WhiteSpace, BothEndsAndOnlyThese) {
  const std::string text = " \t\u00a0\u3000a b\u2028 c\u0085\n";
  EXPECT_EQ(Trim(text), "a b\u2028 c");
  EXPECT_EQ(TrimLeft(text), "a b\u2028 c\u0085\n");
  EXPECT_EQ(TrimRight(text), " \t\u00a0\u3000a b\u2028 c");
  EXPECT_EQ(Trim(""), "");
  EXPECT_EQ(Trim(" \u2003\u2003 "), "");
}

TEST(WhiteSpace, BytesThatAreNoUtf8Stay) {
  for (const std::string text : {"\x85", "\xc2", "\xe2\x80", "\x80\xa8", "\xa0"}) {
    EXPECT_EQ(Trim(" " + text + " "), text);
  }
}

}  // namespace
}  // namespace gram
