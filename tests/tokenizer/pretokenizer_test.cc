#include "tokenizer/pretokenizer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "tests/tokenizer/testing.h"
#include "tokenizer/utf8.h"

namespace gram::tokenizer {
namespace {

using ::testing::ElementsAre;
using ::testing::ElementsAreArray;

std::vector<std::string> Pieces(const std::string& text) {
  static const auto* const kTable = new UnicodeTable();
  std::vector<std::string> pieces;
  for (size_t pos = 0; pos < text.size();) {
    const size_t end = NextPiece(*kTable, text, pos);
    if (end <= pos || end > text.size()) return {"no progress"};
    pieces.push_back(text.substr(pos, end - pos));
    pos = end;
  }
  return pieces;
}

TEST(Pretokenizer, WordsAndContractions) {
  EXPECT_THAT(Pieces("Hello world"), ElementsAre("Hello", " world"));
  EXPECT_THAT(Pieces("I'm you'RE it's"), ElementsAre("I", "'m", " you", "'RE", " it", "'s"));
  EXPECT_THAT(Pieces("'says"), ElementsAre("'s", "ays"));
  EXPECT_THAT(Pieces("'\u017fx"), ElementsAre("'\u017f", "x"));
  EXPECT_THAT(Pieces("'x 'lx '"), ElementsAre("'x", " '", "lx", " '"));
  EXPECT_THAT(Pieces("$abc.def"), ElementsAre("$abc", ".def"));
}

TEST(Pretokenizer, DigitsStandAlone) {
  EXPECT_THAT(Pieces("a12 3"), ElementsAre("a", "1", "2", " ", "3"));
  EXPECT_THAT(Pieces("\u00bd\u2167"), ElementsAre("\u00bd", "\u2167"));
}

TEST(Pretokenizer, MarksTakeALeadingSpaceAndLineEnds) {
  EXPECT_THAT(Pieces("a !!\n\nb"), ElementsAre("a", " !!\n\n", "b"));
  EXPECT_THAT(Pieces("a  !"), ElementsAre("a", " ", " !"));
  EXPECT_THAT(Pieces("\t!"), ElementsAre("\t", "!"));
}

TEST(Pretokenizer, WhiteSpace) {
  EXPECT_THAT(Pieces("a   b"), ElementsAre("a", "  ", " b"));
  EXPECT_THAT(Pieces("a   "), ElementsAre("a", "   "));
  EXPECT_THAT(Pieces("a \n \n  b"), ElementsAre("a", " \n \n", " ", " b"));
  EXPECT_THAT(Pieces("\r\n1"), ElementsAre("\r\n", "1"));
  EXPECT_THAT(Pieces(" 1"), ElementsAre(" ", "1"));
  EXPECT_THAT(Pieces("a\u3000\u3000b"), ElementsAre("a", "\u3000", "\u3000b"));
}

TEST(Pretokenizer, EveryCodePointByItsClass) {
  for (char32_t c = 0; c <= 0x10ffff; c += c < 0x30000 ? 1 : 61) {
    if (c >= 0xd800 && c <= 0xdfff) continue;
    std::string text;
    for (const char32_t d : {c, U'a', c, U' ', c, c, U'!', c, U'\n', c, U'1', c})
      AppendUtf8(d, &text);
    ASSERT_EQ(Pieces(text), testing::ReferencePieces(text)) << std::hex << static_cast<uint32_t>(c);
  }
}

TEST(Pretokenizer, RandomTextsEqualTheReference) {
  std::mt19937 random(11);
  for (int i = 0; i < 5000; ++i) {
    const std::string text = testing::RandomText(&random, 30);
    ASSERT_THAT(Pieces(text), ElementsAreArray(testing::ReferencePieces(text))) << i;
  }
}

// Each would take hours if a run were scanned again from each of its characters.
TEST(Pretokenizer, LongRuns) {
  for (const std::string unit : {" ", "\n", " \n", "a", "!", "'", "1", "\u3000", "\u0301"}) {
    std::string text;
    while (text.size() < 1000000) text += unit;
    size_t total = 0;
    for (const std::string& piece : Pieces(text)) total += piece.size();
    EXPECT_EQ(total, text.size());
  }
}

}  // namespace
}  // namespace gram::tokenizer
