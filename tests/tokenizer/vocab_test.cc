#include "tokenizer/vocab.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <random>
#include <string>
#include <vector>

#include "tests/tokenizer/testing.h"
#include "tokenizer/bpe.h"

namespace gram::tokenizer {
namespace {

// Vocabularies made to collide: what counts is how many slots a look-up visits, not how long it
// took.
constexpr size_t kTokens = 100000;
constexpr size_t kLongProbe = 400;  // at two thirds full, runs of random entries stay below 200

VocabTable Bytes() {
  VocabTable table;
  for (unsigned byte = 0; byte < 256; ++byte) {
    table.blob += static_cast<char>(byte);
    table.ends.push_back(byte + 1);
    table.flags.push_back(kModelToken);
  }
  return table;
}

void Add(std::string_view token, VocabTable* table) {
  table->blob += token;
  table->ends.push_back(static_cast<uint32_t>(table->blob.size()));
  table->flags.push_back(kModelToken);
}

std::string Word(uint64_t value) {
  std::string bytes(8, '\0');
  std::memcpy(bytes.data(), &value, 8);
  return bytes;
}

// Multiplying by the golden ratio is undone by its inverse: keys whose products have the same top
// bits.
TEST(SeededHash, TokensThatCollideUnderAMultiplicationDoNot) {
  constexpr uint64_t kInverse = 0xf1de83e19937733dU;
  static_assert(kInverse * 0x9e3779b97f4a7c15U == 1);
  VocabTable table = Bytes();
  for (uint64_t i = 0; i < kTokens; ++i) Add(Word((i * kInverse) ^ 8), &table);
  const auto vocab = Vocab::Build(std::move(table), "hostile");
  ASSERT_TRUE(vocab.ok()) << vocab.status().message();
  EXPECT_LT(vocab->LongestProbe(), kLongProbe);
}

TEST(SeededHash, LongAndNumberedTokensSpread) {
  VocabTable table = Bytes();
  for (uint64_t i = 0; i < kTokens; ++i) Add("a common beginning" + std::to_string(i), &table);
  for (uint64_t i = 0; i < kTokens; ++i) Add(Word(i << 44), &table);
  const auto vocab = Vocab::Build(std::move(table), "hostile");
  ASSERT_TRUE(vocab.ok()) << vocab.status().message();
  EXPECT_LT(vocab->LongestProbe(), kLongProbe);
}

TEST(SeededHash, RulesSpread) {
  VocabTable table = Bytes();
  std::vector<MergePair> pairs;
  for (int left = 0; left < 256; ++left) {
    for (int right = 0; right < 256; ++right) {
      Add(std::string{static_cast<char>(left), static_cast<char>(right)}, &table);
      pairs.emplace_back(left, right);
    }
  }
  const auto vocab = Vocab::Build(std::move(table), "hostile");
  ASSERT_TRUE(vocab.ok()) << vocab.status().message();
  const auto merges = MergeTable::Build(*vocab, pairs, "hostile");
  ASSERT_TRUE(merges.ok()) << merges.status().message();
  EXPECT_LT(merges->LongestProbe(), kLongProbe);
  EXPECT_EQ(merges->Pairs(), pairs) << "the order of the rules is theirs, not the table's";
}

TEST(SeededHash, TheSeedIsAnotherEachTime) { EXPECT_NE(RandomSeed(), RandomSeed()); }

Tokenizer WithAdded(const std::vector<std::string>& contents) {
  auto json = testing::ByteJson({});
  for (const std::string& content : contents) {
    json["added_tokens"].push_back({{"id", 256 + json["added_tokens"].size()},
                                    {"content", content},
                                    {"single_word", false},
                                    {"lstrip", false},
                                    {"rstrip", false},
                                    {"normalized", false},
                                    {"special", false}});
  }
  auto tokenizer = Tokenizer::FromJson(json.dump(), "json");
  EXPECT_TRUE(tokenizer.ok()) << tokenizer.status().message();
  return std::move(tokenizer).value();
}

using testing::Ids;

TEST(AddedTokens, LeftmostThenLongest) {
  const Tokenizer tokenizer = WithAdded({"ab", "abcd", "bcde", "abc"});
  EXPECT_EQ(*tokenizer.Encode("abcde"), (Ids{257, 'e'}));
  EXPECT_EQ(*tokenizer.Encode("xabcx"), (Ids{'x', 259, 'x'}));
  EXPECT_EQ(*tokenizer.Encode("bcdeab"), (Ids{258, 256}));
  EXPECT_EQ(*tokenizer.Encode("abab"), (Ids{256, 256}));
  EXPECT_EQ(*tokenizer.EncodePlain("ab"), (Ids{'a', 'b'}));
}

TEST(AddedTokens, DifferentFirstBytes) {
  const Tokenizer tokenizer = WithAdded({"<s>", "[INST]", "\u00e9t\u00e9"});
  EXPECT_EQ(*tokenizer.Encode("[<s>[INST]"), (Ids{'[', 256, 257}));
  EXPECT_EQ(*tokenizer.Encode("\u00e9t\u00e9"), (Ids{258}));
  // Added tokens are matched before normalisation.
  EXPECT_NE(*tokenizer.Encode("e\u0301te\u0301"), (Ids{258}));
}

// A few letters, so that tokens contain one another and share beginnings.
TEST(AddedTokens, AgreesWithTryingEveryToken) {
  std::mt19937 random(71);
  const auto text = [&](size_t length) {
    std::string out;
    while (out.size() < length) out += "ab"[random() % 2];
    return out;
  };
  for (int round = 0; round < 100; ++round) {
    std::vector<std::string> tokens;
    for (size_t n = random() % 8; tokens.size() < n;) {
      const std::string token = text(2 + random() % 5);
      if (std::find(tokens.begin(), tokens.end(), token) != tokens.end()) break;
      tokens.push_back(token);
    }
    const Tokenizer tokenizer = WithAdded(tokens);
    for (int i = 0; i < 20; ++i) {
      const std::string haystack = text(random() % 30);
      Ids expected;
      Ids distinct;
      for (size_t pos = 0; pos < haystack.size();) {
        size_t best = tokens.size();
        for (size_t t = 0; t < tokens.size(); ++t) {
          if (haystack.compare(pos, tokens[t].size(), tokens[t]) != 0) continue;
          if (best == tokens.size() || tokens[t].size() > tokens[best].size()) best = t;
        }
        const bool found = best < tokens.size();
        const auto id = static_cast<TokenId>(256 + best);
        expected.push_back(found ? id : haystack[pos]);
        pos += found ? tokens[best].size() : 1;
        if (found && std::find(distinct.begin(), distinct.end(), id) == distinct.end()) {
          distinct.push_back(id);
        }
      }
      ASSERT_EQ(*tokenizer.Encode(haystack), expected) << haystack;
      ASSERT_EQ(tokenizer.AddedTokensIn(haystack), distinct) << haystack;
    }
  }
}

TEST(AddedTokens, NoneAtAll) {
  const Tokenizer tokenizer = WithAdded({});
  EXPECT_EQ(*tokenizer.Encode("<s>"), (Ids{'<', 's', '>'}));
}

TEST(AddedTokens, ManyNearMisses) {
  const Tokenizer tokenizer = WithAdded({"<|im_end|>", "<|im_start|>"});
  std::string text;
  for (int i = 0; i < 100000; ++i) text += "<|im_";
  const auto ids = tokenizer.Encode(text + "<|im_end|>");
  EXPECT_EQ(ids->size(), text.size() + 1);
  EXPECT_EQ(ids->back(), 256);
}

}  // namespace
}  // namespace gram::tokenizer
