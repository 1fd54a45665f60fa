// All pipelines: ids against Hugging Face tokenizers' (tests/golden/tokenizers/*.jsonl), and what
// must hold of any text.
#include "tests/tokenizer/families.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <random>
#include <string>

#include "tests/testing/paths.h"

namespace gram::tokenizer {
namespace {

using namespace std::string_literals;
using testing::FamilyJson;
using testing::FamilyTokenizer;
using testing::Ids;

class Family : public ::testing::TestWithParam<std::string> {
 protected:
  const Tokenizer& tokenizer() const { return FamilyTokenizer(GetParam()); }
};

INSTANTIATE_TEST_SUITE_P(All, Family, ::testing::ValuesIn(testing::kFamilies),
                         [](const auto& family) {
                           std::string name = family.param;
                           for (char& c : name) c = c == '-' ? '_' : c;
                           return name;
                         });

std::string BytesOf(const Tokenizer& tokenizer, const Ids& ids) {
  std::string bytes;
  for (const TokenId id : ids) bytes += tokenizer.TokenBytes(id);
  return bytes;
}

// Rows of {text, ids, ids_plain, decoded}: random texts of many scripts, added tokens and pieces.
TEST_P(Family, IdsAndTextsEqualHuggingFace) {
  const auto packed = Tokenizer::Deserialize(tokenizer().Serialize(), "packed");
  ASSERT_TRUE(packed.ok()) << packed.status().message();
  std::ifstream file(gram::testing::GoldenPath("tokenizers/" + GetParam() + ".jsonl"));
  int rows = 0;
  for (std::string line; std::getline(file, line); ++rows) {
    const auto row = nlohmann::json::parse(line);
    const auto text = row.at("text").get<std::string>();
    for (const Tokenizer* each : {&tokenizer(), &*packed}) {
      EXPECT_EQ(*each->Encode(text), row.at("ids").get<Ids>()) << text;
      EXPECT_EQ(*each->EncodePlain(text), row.at("ids_plain").get<Ids>()) << text;
      EXPECT_EQ(*each->Decode(row.at("ids").get<Ids>()), row.at("decoded")) << text;
    }
  }
  EXPECT_EQ(rows, 60);
}

TEST_P(Family, RandomTextsEqualTheReferenceAndDecodeToTheirNormalForm) {
  std::mt19937 random(81);
  for (int i = 0; i < 500; ++i) {
    const std::string text = testing::RandomText(&random, 30);
    const auto ids = tokenizer().EncodePlain(text);
    ASSERT_EQ(*ids, testing::ReferencePlain(GetParam(), text)) << text;
    const std::string normal = testing::ReferenceNormal(GetParam(), text);
    ASSERT_EQ(BytesOf(tokenizer(), *ids), normal) << text;
    const bool prefixed = GetParam() == "internlm2-prepend" && !text.empty();
    ASSERT_EQ(*tokenizer().Decode(*ids), prefixed ? normal.substr(1) : normal) << text;
  }
}

TEST_P(Family, PartsWithoutControlTokensAreTheJoinedText) {
  std::mt19937 random(82);
  for (int i = 0; i < 300; ++i) {
    std::string joined;
    std::vector<std::string> texts;
    for (size_t n = random() % 5; texts.size() < n;) {
      texts.push_back(testing::RandomText(&random, 6));
      for (char& c : texts.back()) c = c == '|' || c == 's' ? '_' : c;  // "<bos>", "<|im_end|>"
      joined += texts.back();
    }
    std::vector<TextPart> parts;
    for (const std::string& text : texts) parts.push_back({text, random() % 2 == 0});
    if (!tokenizer().AddedTokensIn(joined).empty()) continue;  // "<think>"
    ASSERT_EQ(*tokenizer().EncodeParts(parts), *tokenizer().Encode(joined)) << joined;
    ASSERT_EQ(*tokenizer().EncodeParts(parts), *tokenizer().EncodePlain(joined)) << joined;
  }
}

TEST_P(Family, ControlTokensAreParsedInTemplatesAndSpelledOutInData) {
  for (const auto& added : FamilyJson(GetParam())["added_tokens"]) {
    if (!added["special"].get<bool>()) continue;
    const std::string text = added["content"];
    const auto id = added["id"].get<TokenId>();
    const std::string before = "x" + text;
    const std::string after = text + "y";
    const TextPart framed[] = {{before, false}, {text, true}, {after, false}};
    const auto ids = tokenizer().EncodeParts(framed);
    EXPECT_EQ(std::count(ids->begin(), ids->end(), id), 1) << text;
    EXPECT_EQ(tokenizer().AddedTokensIn("a" + text + text + "b"), Ids{id});
    EXPECT_EQ(tokenizer().TokenToId(text), id);
  }
}

TEST_P(Family, NoControlTokenFormsAcrossABorder) {
  const std::string text = FamilyJson(GetParam())["added_tokens"].back()["content"];
  const std::string special = GetParam() == "gemma2" ? "<start_of_turn>" : text;
  const TextPart halves[] = {{std::string_view(special).substr(0, 4), true},
                             {std::string_view(special).substr(4), true}};
  EXPECT_EQ(*tokenizer().EncodeParts(halves), *tokenizer().EncodePlain(special));
}

TEST_P(Family, EveryTokenIsGivenBackByItsBytes) {
  for (size_t i = 0; i < tokenizer().vocab_size(); ++i) {
    const auto id = static_cast<TokenId>(i);
    EXPECT_FALSE(tokenizer().TokenBytes(id).empty()) << id;
    EXPECT_FALSE(tokenizer().Decode(Ids{id})->empty() && tokenizer().TokenBytes(id) != " ") << id;
  }
}

TEST_P(Family, LongTextsWithoutABreakAreFast) {
  for (const std::string unit : {"a", "\u6f22", "\u2581", " ", "ab", "\n", "\u0378", "e\u0301"}) {
    std::string text;
    while (text.size() < (1U << 20)) text += unit;
    const auto ids = tokenizer().Encode(text);
    ASSERT_TRUE(ids.ok());
    EXPECT_FALSE(ids->empty());
  }
}

TEST(Families, NamesAndFirstTokens) {
  EXPECT_EQ(FamilyTokenizer("qwen").pipeline(), "qwen");
  EXPECT_EQ(FamilyTokenizer("llama3").pipeline(), "llama3");
  EXPECT_EQ(FamilyTokenizer("gemma2").pipeline(), "sentencepiece");
  EXPECT_EQ(FamilyTokenizer("internlm2").pipeline(), "sentencepiece");
  EXPECT_EQ(FamilyTokenizer("internlm2-prepend").pipeline(), "sentencepiece-prefix");
  EXPECT_EQ(FamilyTokenizer("qwen").bos(), std::nullopt);
  EXPECT_EQ(FamilyTokenizer("llama3").bos(), 1024);
  EXPECT_EQ(FamilyTokenizer("gemma2").bos(), 2);
  EXPECT_EQ(FamilyTokenizer("internlm2").bos(), 1);
}

TEST(Families, SpacesAndBytesOfSentencePiece) {
  const Tokenizer& tokenizer = FamilyTokenizer("internlm2");
  EXPECT_EQ(*tokenizer.EncodePlain(" the"), *tokenizer.EncodePlain("\u2581the"));
  const auto bytes = tokenizer.EncodePlain("\U0001f44d");  // not in the vocabulary
  ASSERT_EQ(bytes->size(), 4U);
  EXPECT_EQ(tokenizer.TokenBytes(bytes->front()), "\xf0");
  EXPECT_EQ(*tokenizer.Decode(*bytes), "\U0001f44d");
  // A byte by itself is no character; Hugging Face counts each byte of a run that is none.
  EXPECT_EQ(*tokenizer.Decode(std::span(*bytes).first(3)), "\ufffd\ufffd\ufffd");
  // What looks like such a byte in a text is text.
  const auto literal = tokenizer.EncodePlain("<0x41>");
  EXPECT_GT(literal->size(), 1U);
  EXPECT_EQ(*tokenizer.Decode(*literal), "<0x41>");
}

// Line breaks and tags of Gemma are words of its language: they are found in data, and across the
// borders of parts.
TEST(Families, AddedTokensThatAreNotSpecialAreALanguage) {
  const Tokenizer& tokenizer = FamilyTokenizer("gemma2");
  const auto table = tokenizer.TokenToId("<table>");
  ASSERT_TRUE(table.has_value());
  EXPECT_EQ(*tokenizer.EncodePlain("<table>"), Ids{*table});
  EXPECT_EQ(tokenizer.AddedTokensIn("<table>\n\n<bos>"), Ids{*tokenizer.TokenToId("<bos>")});
  const TextPart parts[] = {{"\n", true}, {"\n\n<ta", false}, {"ble>", true}};
  EXPECT_EQ(*tokenizer.EncodeParts(parts), (Ids{*tokenizer.TokenToId("\n\n\n"), *table}));
  // Written out, U+2581 is an added token; as spaces the same id comes of merging.
  EXPECT_EQ(*tokenizer.EncodePlain("\u2581\u2581\u2581"), *tokenizer.EncodePlain("   "));
  EXPECT_EQ(tokenizer.TokenBytes(*tokenizer.TokenToId("\u2581\u2581")), "  ");
}

TEST(Families, ThePrefixStandsBeforeEachTextBetweenAddedTokens) {
  const Tokenizer& tokenizer = FamilyTokenizer("internlm2-prepend");
  const auto id = [&](const char* text) { return *tokenizer.TokenToId(text); };
  EXPECT_EQ(*tokenizer.Encode("</s></s>"), (Ids{id("</s>"), id("</s>")}));
  EXPECT_EQ(BytesOf(tokenizer, *tokenizer.Encode("a</s>b</s> c")), " a</s> b</s>  c");
  const TextPart parts[] = {{"a</s>b", true}, {"c", false}, {"</s>", true}};
  EXPECT_EQ(BytesOf(tokenizer, *tokenizer.EncodeParts(parts)), " a</s> bc</s>");
  EXPECT_EQ(*tokenizer.Encode(""), Ids{});
}

TEST_P(Family, TokensTellTheTextTheyWereMadeOf) {
  std::mt19937 random(83);
  for (int i = 0; i < 200; ++i) {
    const std::string text = testing::RandomText(&random, 20);
    const auto ids = tokenizer().EncodePlain(text);
    std::string joined;
    for (size_t k = 0; k < ids->size(); ++k) {
      joined += tokenizer().TextOf(k == 0 ? std::nullopt : std::optional((*ids)[k - 1]), (*ids)[k]);
    }
    std::string expected = testing::ReferenceNormal(GetParam(), text);
    if (GetParam() == "internlm2-prepend" && !text.empty()) expected.erase(0, 1);
    ASSERT_EQ(joined, expected) << text;
  }
}

}  // namespace
}  // namespace gram::tokenizer
