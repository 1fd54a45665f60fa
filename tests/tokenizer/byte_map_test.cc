#include "tokenizer/byte_map.h"

#include <gtest/gtest.h>

#include <set>

#include "tokenizer/utf8.h"

namespace gram::tokenizer {
namespace {

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
