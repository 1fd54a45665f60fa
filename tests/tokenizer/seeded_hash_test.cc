// Vocabularies made to collide: what counts is how many slots a look-up visits, not how long it
// took.
#include "tokenizer/seeded_hash.h"

#include <gtest/gtest.h>

#include <cstring>
#include <string>
#include <vector>

#include "tokenizer/merge_table.h"
#include "tokenizer/vocab.h"

namespace gram::tokenizer {
namespace {

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

}  // namespace
}  // namespace gram::tokenizer
