#include "tokenizer/bpe.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <string>

#include "tests/tokenizer/testing.h"
#include "tokenizer/loader.h"

namespace gram::tokenizer {
namespace {

using testing::ByteJson;
using testing::Ids;

// The tokenizer's parts below the public class.
struct Parts {
  explicit Parts(const nlohmann::json& json)
      : loaded(std::move(LoadTokenizerJson(json.dump(), "json")).value()),
        merges(std::move(MergeTable::Build(loaded.vocab, loaded.merges, "json")).value()) {}
  Ids Merge(const std::string& piece) const {
    Ids ids;
    BpeScratch scratch;
    Bpe(loaded.vocab, merges).Merge(piece, &scratch, &ids);
    return ids;
  }
  LoadedJson loaded;
  MergeTable merges;
};

// n bytes are cut at 40 into two algorithms; sizes on both sides have to agree with the reference.
TEST(Bpe, RandomPiecesEqualTheReference) {
  const auto json = ByteJson({{"b", "a"},
                              {"a", "a"},
                              {"aa", "a"},
                              {"a", "b"},
                              {"ba", "aa"},
                              {"ab", "ab"},
                              {"c", "a"},
                              {"aa", "b"},
                              {"aaa", "aaa"},
                              {"b", "b"}});
  const Parts parts(json);
  const testing::ReferenceBpe reference(json);
  std::mt19937 random(3);
  for (int i = 0; i < 4000; ++i) {
    std::string piece;
    const int length = std::uniform_int_distribution<int>(1, 90)(random);
    const int letters = std::uniform_int_distribution<int>(1, 4)(random);
    for (int k = 0; k < length; ++k) piece += static_cast<char>('a' + random() % letters);
    ASSERT_EQ(parts.Merge(piece), reference.Encode(piece)) << piece;
  }
}

TEST(Bpe, EqualRanksJoinFromTheLeft) {
  const Parts parts(ByteJson({{"a", "a"}}));
  EXPECT_EQ(parts.Merge("aaa"), (Ids{256, 'a'}));
  EXPECT_EQ(parts.Merge(std::string(41, 'a')).back(), 'a');
}

TEST(Bpe, ALowerRankWinsWhereverItIs) {
  const Parts parts(ByteJson({{"b", "c"}, {"a", "b"}, {"ab", "c"}}));
  EXPECT_EQ(parts.Merge("abc"), (Ids{'a', 256}));
}

// "abc" is in the vocabulary, but the rules never get there: the look-up must not either.
TEST(Bpe, ATokenThatTheRulesDoNotReachIsNotUsed) {
  auto json = ByteJson({{"b", "c"}, {"a", "b"}, {"ab", "c"}});
  const auto tokenizer = Tokenizer::FromJson(json.dump(), "json");
  ASSERT_TRUE(tokenizer.ok()) << tokenizer.status().message();
  EXPECT_EQ(*tokenizer->Encode("abc"), (Ids{'a', 256}));
  EXPECT_EQ(tokenizer->TokenToId("abc"), 258);
}

TEST(Bpe, AMillionBytesInOnePiece) {
  const Parts parts(ByteJson({{"a", "a"}, {"aa", "aa"}, {"aaaa", "aaaa"}, {"a", "b"}}));
  EXPECT_EQ(parts.Merge(std::string(1 << 20, 'a')), Ids(1 << 17, 258));
  EXPECT_EQ(parts.Merge(std::string(1 << 20, 'x')), Ids(1 << 20, 'x'));
}

TEST(Vocab, FindsShortAndLongTokens) {
  const std::string long_text(70, 'a');
  auto json = ByteJson({});
  json["model"]["vocab"]["abcdefgh"] = 256;
  json["model"]["vocab"]["abcdefghi"] = 257;
  json["model"]["vocab"][long_text] = 258;
  const Parts parts(json);
  const Vocab& vocab = parts.loaded.vocab;
  EXPECT_EQ(vocab.Find("abcdefgh"), 256);
  EXPECT_EQ(vocab.Find("abcdefghi"), 257);
  EXPECT_EQ(vocab.Find(long_text), 258);
  EXPECT_EQ(vocab.Find(long_text + "a"), std::nullopt);
  EXPECT_EQ(vocab.Find("abcdefg"), std::nullopt);
  EXPECT_EQ(vocab.Find(""), std::nullopt);
  EXPECT_EQ(vocab.Find(std::string("a\0", 2)), std::nullopt);  // zero padding is not content
  EXPECT_EQ(vocab.FindWhole("a"), -1);                         // nothing is marked yet
  EXPECT_EQ(vocab.Text(257), "abcdefghi");
}

TEST(MergeTable, GivesItsPairsBackInOrder) {
  const Parts parts(testing::TinyJson());
  EXPECT_EQ(parts.merges.Pairs(), parts.loaded.merges);
}

}  // namespace
}  // namespace gram::tokenizer
