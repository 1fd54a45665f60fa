#include "tokenizer/utf8.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

namespace gram::tokenizer {
namespace {

using namespace std::string_literals;

struct Bad {
  const char* name;
  std::string text;
  size_t offset;
  std::string replaced;
};

const char kFffd[] = "\ufffd";

std::vector<Bad> BadTexts() {
  return {
      {"lone continuation", "ab\x80", 2, "ab"s + kFffd},
      {"overlong two bytes", "\xc0\xaf", 0, kFffd + ""s + kFffd},
      {"overlong three bytes", "a\xe0\x80\xaf", 1, "a"s + kFffd + kFffd + kFffd},
      {"overlong four bytes", "\xf0\x80\x80\xaf", 0, kFffd + ""s + kFffd + kFffd + kFffd},
      {"surrogate", "x\xed\xa0\x80y", 1, "x"s + kFffd + kFffd + kFffd + "y"},
      {"above U+10FFFF", "\xf4\x90\x80\x80", 0, kFffd + ""s + kFffd + kFffd + kFffd},
      {"no such lead", "\xf5\x80", 0, kFffd + ""s + kFffd},
      {"FF", "caf\xc3\xa9\xff", 5, "caf\u00e9"s + kFffd},
      {"cut short at the end", "ab\xe2\x82", 2, "ab"s + kFffd},
      {"cut short by a letter", "\xf0\x9f\x99z", 0, kFffd + "z"s},
  };
}

TEST(Utf8, NamesTheFirstInvalidByte) {
  for (const Bad& bad : BadTexts()) {
    EXPECT_EQ(FindInvalidUtf8(bad.text), bad.offset) << bad.name;
    // The same behind 100 bytes, where the fast validator works in blocks.
    EXPECT_EQ(FindInvalidUtf8(std::string(100, 'x') + bad.text), 100 + bad.offset) << bad.name;
    const Status status = CheckUtf8(bad.text, "row 3");
    EXPECT_EQ(status.code(), StatusCode::kInvalidUtf8);
    EXPECT_EQ(status.message(),
              "row 3 is not valid UTF-8 at byte offset " + std::to_string(bad.offset));
  }
}

TEST(Utf8, ReplacesEachIllFormedPart) {
  for (const Bad& bad : BadTexts())
    EXPECT_EQ(ReplaceInvalidUtf8(bad.text), bad.replaced) << bad.name;
}

TEST(Utf8, AcceptsEveryScalarValue) {
  for (char32_t c = 0; c <= 0x10ffff; c += c < 0x3000 ? 1 : 97) {
    if (c >= 0xd800 && c <= 0xdfff) continue;
    std::string text;
    AppendUtf8(c, &text);
    ASSERT_EQ(FindInvalidUtf8(text), std::string::npos);
    const Utf8Char decoded = DecodeUtf8(text, 0);
    ASSERT_EQ(decoded.code_point, c);
    ASSERT_EQ(decoded.length, text.size());
  }
  EXPECT_TRUE(CheckUtf8(""s, "x").ok());
  EXPECT_TRUE(CheckUtf8("a\0b"s, "x").ok());
}

TEST(ByteMap, KnownValues) {
  EXPECT_EQ(ByteToCodePoint('A'), U'A');
  EXPECT_EQ(ByteToCodePoint(0), U'\u0100');
  EXPECT_EQ(ByteToCodePoint(' '), U'\u0120');
  EXPECT_EQ(ByteToCodePoint('\n'), U'\u010a');
  EXPECT_EQ(ByteToCodePoint(0x7f), U'\u0121');
  EXPECT_EQ(ByteToCodePoint(0xad), U'\u0143');
  EXPECT_EQ(ByteToCodePoint(0xff), U'\u00ff');
}

TEST(ByteMap, IsOneToOne) {
  std::set<char32_t> seen;
  for (unsigned byte = 0; byte < 256; ++byte) {
    const char32_t c = ByteToCodePoint(static_cast<unsigned char>(byte));
    EXPECT_TRUE(seen.insert(c).second) << byte;
    EXPECT_EQ(CodePointToByte(c), static_cast<int>(byte));
  }
}

TEST(ByteMap, OtherCharactersStandForNoByte) {
  for (const char32_t c :
       {U' ', U'\n', U'\u0000', U'\u00a0', U'\u00ad', U'\u0144', U'\U0010ffff'}) {
    EXPECT_EQ(CodePointToByte(c), -1);
  }
  EXPECT_EQ(BytesFromAlphabet("a b"), std::nullopt);
}

TEST(ByteMap, SpellsAnyBytes) {
  std::string bytes;
  for (int i = 255; i >= 0; --i) bytes += static_cast<char>(i);
  EXPECT_EQ(BytesFromAlphabet(AlphabetFromBytes(bytes)), bytes);
  EXPECT_EQ(AlphabetFromBytes(" the"), "\u0120the");
}

}  // namespace
}  // namespace gram::tokenizer
