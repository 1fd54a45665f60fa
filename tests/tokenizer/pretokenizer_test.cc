#include "tokenizer/pretokenizer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "tests/testing/emulated.h"
#include "tests/tokenizer/testing.h"
#include "tokenizer/utf8.h"

namespace gram::tokenizer {
namespace {

using ::testing::ElementsAre;
using ::testing::ElementsAreArray;

const UnicodeTable& Table() {
  static const auto* const kTable = new UnicodeTable();
  return *kTable;
}

std::string Nfc(const std::string& text) {
  std::string storage;
  return std::string(NormalizeNfc(Table(), text, &storage));
}

std::string Utf8(std::initializer_list<char32_t> points) {
  std::string text;
  for (const char32_t c : points) AppendUtf8(c, &text);
  return text;
}

TEST(Nfc, KnownValues) {
  EXPECT_EQ(Nfc("e\u0301"), "\u00e9");
  EXPECT_EQ(Nfc("xe\u0301y"), "x\u00e9y");
  EXPECT_EQ(Nfc("\u2126"), "\u03a9");
  EXPECT_EQ(Nfc("\u212b"), "\u00c5");
  EXPECT_EQ(Nfc("a\u0307\u0323"), "\u1ea1\u0307");
  EXPECT_EQ(Nfc("\u1100\u1161\u11a8"), "\uac01");
  EXPECT_EQ(Nfc("\uac00\u11a8"), "\uac01");
  EXPECT_EQ(Nfc("\uac00\u11a7"), "\uac00\u11a7");  // U+11A7 is just before the finals
  EXPECT_EQ(Nfc("\u0958"), "\u0915\u093c");        // excluded from composition
  EXPECT_EQ(Nfc("\U0002f800"), "\u4e3d");
  EXPECT_EQ(Nfc(""), "");
  EXPECT_EQ(Nfc("\u0301"), "\u0301");
}

TEST(Nfc, TextThatIsNormalIsNotCopied) {
  std::string storage;
  for (const std::string text : {"plain text, long enough for whole words",
                                 "caf\u00e9 \u0439 \u1ea1", "\u6f22\u5b57\uac01\U0001f642"}) {
    EXPECT_EQ(NormalizeNfc(Table(), text, &storage).data(), text.data());
  }
}

TEST(Nfc, EveryCodePointInEveryPosition) {
  for (char32_t c = 0; c <= 0x10ffff; c += c < 0x30000 ? 1 : 61) {
    if (c >= 0xd800 && c <= 0xdfff) continue;
    if (c >= 0xac20 && c < 0xd780) continue;  // Hangul syllables behave alike
    const std::string text =
        Utf8({c, 'a', c, 0x301, 0x323, c, 'q', 0x1100, c, 0xac00, c, 0x9c7, c, 'e', c});
    ASSERT_EQ(Nfc(text), testing::ReferenceNfc(text)) << std::hex << static_cast<uint32_t>(c);
  }
}

TEST(Nfc, InertMeansThatTheTextBeforeDoesNotMatter) {
  for (char32_t c = 0; c < 0x300; ++c) EXPECT_TRUE(Table().IsNfcInert(c));
  for (const char32_t c : {0x301, 0x323, 0x1161, 0x11a8, 0x9be, 0x2126, 0x3099}) {
    EXPECT_FALSE(Table().IsNfcInert(c)) << std::hex << static_cast<uint32_t>(c);
  }
}

TEST(Nfc, RandomTextsEqualTheReference) {
  std::mt19937 random(7);
  for (int i = 0; i < 3000; ++i) {
    const std::string text = testing::RandomText(&random, 40);
    ASSERT_EQ(Nfc(text), testing::ReferenceNfc(text)) << i;
  }
}

// Would take hours if marks were ordered one step at a time.
TEST(Nfc, AMillionMarksInTheWrongOrder) {
  std::string text = "a";
  std::string ordered = "\u1ea1";  // a with dot below
  for (int i = 0; i < 250000; ++i) text += "\u0301\u0323";
  for (int i = 1; i < 250000; ++i) ordered += "\u0323";
  for (int i = 0; i < 250000; ++i) ordered += "\u0301";
  EXPECT_TRUE(Nfc(text) == ordered);
}

std::vector<std::string> Pieces(const std::string& text,
                                const SplitPattern& pattern = kQwenPattern) {
  std::vector<std::string> pieces;
  for (size_t pos = 0; pos < text.size();) {
    const size_t end = NextPiece(Table(), pattern, text, pos);
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

TEST(Pretokenizer, DigitsStandByThreeForLlama3) {
  EXPECT_THAT(Pieces("a1234567 89", kLlama3Pattern),
              ElementsAre("a", "123", "456", "7", " ", "89"));
  EXPECT_THAT(Pieces("\u00bd\u2167\u06651\u0662x", kLlama3Pattern),
              ElementsAre("\u00bd\u2167\u0665", "1\u0662", "x"));
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
  const char32_t step = gram::testing::kSlowBuild ? 7 : 1;
  for (char32_t c = 0; c <= 0x10ffff; c += c < 0x30000 ? step : 61) {
    if (c >= 0xd800 && c <= 0xdfff) continue;
    std::string text;
    for (const char32_t d : {c, U'a', c, U' ', c, c, U'!', c, U'\n', c, U'1', c})
      AppendUtf8(d, &text);
    ASSERT_EQ(Pieces(text), testing::ReferencePieces(text)) << std::hex << static_cast<uint32_t>(c);
    ASSERT_EQ(Pieces(text, kLlama3Pattern), testing::ReferencePieces(text, 3));
  }
}

TEST(Pretokenizer, RandomTextsEqualTheReference) {
  std::mt19937 random(11);
  for (int i = 0; i < 5000; ++i) {
    const std::string text = testing::RandomText(&random, 30);
    ASSERT_THAT(Pieces(text), ElementsAreArray(testing::ReferencePieces(text))) << i;
    ASSERT_THAT(Pieces(text, kLlama3Pattern), ElementsAreArray(testing::ReferencePieces(text, 3)));
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
