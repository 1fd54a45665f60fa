// Truncate::kFair: within the limit, the same for both responses, no more than needed, whole
// characters.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "engine/api/prompt.h"
#include "tests/engine/api/prompts.h"
#include "tests/tokenizer/testing.h"
#include "tokenizer/utf8.h"

namespace gram::api {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;
using tokenizer::testing::RandomText;
using tokenizer::testing::ReferenceNfc;
using tokenizer::testing::TinyTokenizer;

constexpr size_t kMaxBytesOfACharacter = 4;  // so a character has at most as many tokens

size_t Longest(const PairPrompts& prompts) {
  return std::max(prompts.prompts[0].size(), prompts.prompts[1].size());
}

Result<PairPrompts> Prompts(const Pair& pair, const ScoreOptions& options) {
  return testing::MakePrompts(TinyTokenizer(), options).Prompts(pair);
}

ScoreOptions Fair(size_t max_tokens) {
  return {.max_tokens = max_tokens, .truncate = Truncate::kFair};
}

size_t LengthWithout(const Pair& pair) { return Longest(*Prompts({pair.question, "", ""}, {})); }

Pair Swapped(const Pair& pair) { return {pair.question, pair.response2, pair.response1}; }

std::string Words(const std::string& word, int count) {
  std::string text;
  for (int i = 0; i < count; ++i) text += word + " ";
  return text;
}

/// The text between two markers of a decoded prompt.
std::string Between(const std::string& text, const std::string& before, const std::string& after) {
  const size_t begin = text.find(before) + before.size();
  return text.substr(begin, text.find(after, begin) - begin);
}

/// What the model was shown of the pair.
Pair ShownIn(const PairPrompts& prompts) {
  const std::string text = *TinyTokenizer().Decode(prompts.prompts[0]);
  return {
      Between(text, "[User Question]\n", "\n\n[The Start of Assistant A's Answer]\n"),
      Between(text, "[The Start of Assistant A's Answer]\n", "\n[The End of Assistant A's Answer]"),
      Between(text, "[The Start of Assistant B's Answer]\n",
              "\n[The End of Assistant B's Answer]")};
}

/// The rule, in terms of what was kept.
void ExpectFair(const std::array<ResponseCut, 2>& cut) {
  const auto [shorter, longer] =
      cut[0].tokens <= cut[1].tokens ? std::pair(cut[0], cut[1]) : std::pair(cut[1], cut[0]);
  EXPECT_LE(shorter.kept, shorter.tokens);
  EXPECT_LE(longer.kept, longer.tokens);
  EXPECT_LT(shorter.kept + longer.kept, shorter.tokens + longer.tokens);
  const int64_t whole = kMaxBytesOfACharacter - 1;
  EXPECT_GE(longer.kept, shorter.kept - whole);
  if (shorter.kept < shorter.tokens) {
    EXPECT_LE(longer.kept, shorter.kept + whole);
  }
}

TEST(Truncate, NeverIsTheDefaultAndTellsBothLengths) {
  const Pair pair = {"q", Words("word", 5000), "b"};
  const auto refused = Prompts(pair, {});
  EXPECT_EQ(refused.status().code(), StatusCode::kTooLong);
  EXPECT_THAT(refused.status().message(), HasSubstr("the limit is 4000"));
  const Pair fitting = {"q", "some words", "b"};
  const size_t length = Longest(*Prompts(fitting, {}));
  EXPECT_TRUE(Prompts(fitting, {.max_tokens = length}).ok());
  const auto short_of_one = Prompts(fitting, {.max_tokens = length - 1});
  EXPECT_EQ(short_of_one.status().code(), StatusCode::kTooLong);
  EXPECT_THAT(short_of_one.status().message(), HasSubstr(std::to_string(length) + " tokens"));
}

TEST(Truncate, TouchesNothingThatFits) {
  const Pair pair = {"q", Words("word", 50), "b"};
  const auto whole = Prompts(pair, {});
  const auto fair = Prompts(pair, Fair(Longest(*whole)));
  ASSERT_TRUE(fair.ok());
  EXPECT_EQ(fair->prompts, whole->prompts);
  EXPECT_FALSE(fair->notes.cut);
}

TEST(Truncate, TheLongerComesDownFirstThenBothAlike) {
  const Pair pair = {"q", Words("A", 200), Words("B", 50)};
  const size_t rest = LengthWithout(pair);
  const auto one = Prompts(pair, Fair(rest + 180));
  ASSERT_TRUE(one.ok() && one->notes.cut);
  EXPECT_EQ((*one->notes.cut)[1].kept, (*one->notes.cut)[1].tokens);
  EXPECT_LT((*one->notes.cut)[0].kept, (*one->notes.cut)[0].tokens);
  EXPECT_EQ(ShownIn(*one).response2, pair.response2);
  const auto both = Prompts(pair, Fair(rest + 60));
  ASSERT_TRUE(both.ok() && both->notes.cut);
  EXPECT_EQ((*both->notes.cut)[0].kept, (*both->notes.cut)[1].kept);
  EXPECT_GE((*both->notes.cut)[0].kept, 28);
}

TEST(Truncate, DownToNothingAndNotBelow) {
  const Pair pair = {"a question", Words("A", 20), Words("B", 10)};
  const size_t rest = LengthWithout(pair);
  const auto bare = Prompts(pair, Fair(rest));
  ASSERT_TRUE(bare.ok()) << bare.status().message();
  EXPECT_EQ((*bare->notes.cut)[0].kept, 0);
  EXPECT_EQ((*bare->notes.cut)[1].kept, 0);
  EXPECT_TRUE(bare->notes.identical);
  const auto refused = Prompts(pair, Fair(rest - 1));
  EXPECT_EQ(refused.status().code(), StatusCode::kTooLong);
  EXPECT_THAT(refused.status().message(), StartsWith("the prompt without the responses has " +
                                                     std::to_string(rest) + " tokens"));
  EXPECT_EQ(Prompts({Words("long", 9000), "a", "b"}, Fair(0)).status().code(),
            StatusCode::kTooLong);
}

TEST(Truncate, NeverCutsACharacterInTwo) {
  const std::string emoji = "\U0001f438";  // four byte tokens in the tiny vocabulary
  std::string frogs;
  for (int i = 0; i < 100; ++i) frogs += emoji;
  const Pair pair = {"q", frogs, frogs + "x"};
  const size_t rest = LengthWithout(pair);
  for (size_t extra = 0; extra < 40; ++extra) {
    const auto prompts = Prompts(pair, Fair(rest + extra));
    ASSERT_TRUE(prompts.ok());
    const Pair shown = ShownIn(*prompts);
    EXPECT_EQ(shown.response1.size() % emoji.size(), 0U) << extra;
    EXPECT_THAT(frogs, StartsWith(shown.response1));
    EXPECT_EQ(shown.response1, shown.response2);
  }
}

TEST(Truncate, RandomTextsKeepEveryRule) {
  std::mt19937 random(51);
  size_t cuts = 0;
  for (int round = 0; round < 300; ++round) {
    const Pair pair = {ReferenceNfc(RandomText(&random, 10)), ReferenceNfc(RandomText(&random, 60)),
                       ReferenceNfc(RandomText(&random, 60))};
    const size_t rest = LengthWithout(pair);
    ScoreOptions options = Fair(rest + random() % 120);
    options.protocol = random() % 2 == 0 ? Protocol::kCard : Protocol::kEval;
    if (options.protocol == Protocol::kEval) options.max_tokens += 40;
    const auto prompts = Prompts(pair, options);
    ASSERT_TRUE(prompts.ok()) << prompts.status().message();
    const auto mirrored = Prompts(Swapped(pair), options);
    ASSERT_TRUE(mirrored.ok());
    EXPECT_EQ(mirrored->prompts[0], prompts->prompts[1]);
    EXPECT_EQ(mirrored->prompts[1], prompts->prompts[0]);
    EXPECT_LE(Longest(*prompts), options.max_tokens);
    if (!prompts->notes.cut) continue;
    ++cuts;
    ExpectFair(*prompts->notes.cut);
    EXPECT_EQ((*mirrored->notes.cut)[0], (*prompts->notes.cut)[1]);
    // One token more for each would not fit, but for characters of several tokens.
    EXPECT_GT(Longest(*prompts) + 4 * kMaxBytesOfACharacter, options.max_tokens);
    const Pair shown = ShownIn(*prompts);
    EXPECT_EQ(shown.question, pair.question);
    EXPECT_THAT(pair.response1, StartsWith(shown.response1));
    EXPECT_THAT(pair.response2, StartsWith(shown.response2));
    const auto again = Prompts(shown, options);  // what was shown fits as it is
    ASSERT_TRUE(again.ok());
    EXPECT_EQ(again->prompts, prompts->prompts);
    EXPECT_FALSE(again->notes.cut);
  }
  EXPECT_GT(cuts, 100U);
}

// Texts that are not normalised, with control tokens that act, in a prompt without borders between
// its parts.
TEST(Truncate, KeepsToTheLimitWhateverTheTextAndThePrompt) {
  std::mt19937 random(52);
  for (int round = 0; round < 300; ++round) {
    const Pair pair = {RandomText(&random, 5), RandomText(&random, 80), RandomText(&random, 80)};
    ScoreOptions options = Fair(30 + random() % 100);
    options.parse_special = random() % 2 == 0;
    options.prompt = "{response_b}{input}{response_a}";
    const auto prompts = Prompts(pair, options);
    if (!prompts.ok()) {
      EXPECT_EQ(prompts.status().code(), StatusCode::kTooLong);
      continue;
    }
    EXPECT_LE(Longest(*prompts), options.max_tokens);
    const auto mirrored = Prompts(Swapped(pair), options);
    ASSERT_TRUE(mirrored.ok());
    EXPECT_EQ(mirrored->prompts[0], prompts->prompts[1]);
  }
}

TEST(Truncate, IsTheLargestBudgetThatFits) {
  const Pair pair = {"q", Words("frog", 40), Words("prime number", 30)};
  const auto whole = testing::MakePrompts(TinyTokenizer(), {});
  const auto head1 = ResponseHead::Make(TinyTokenizer(), pair.response1, false, 4000);
  const auto head2 = ResponseHead::Make(TinyTokenizer(), pair.response2, false, 4000);
  for (size_t limit = LengthWithout(pair); limit < Longest(*whole.Prompts(pair)); limit += 7) {
    size_t largest = 0;
    for (size_t budget = 0; budget < std::max(head1->tokens(), head2->tokens()); ++budget) {
      const auto prompts = whole.Prompts(
          {pair.question, std::string(head1->Text(budget)), std::string(head2->Text(budget))});
      if (Longest(*prompts) <= limit) largest = budget;
    }
    const auto cut = Prompts(pair, Fair(limit));
    ASSERT_TRUE(cut.ok() && cut->notes.cut);
    EXPECT_EQ(static_cast<size_t>((*cut->notes.cut)[0].kept), head1->Kept(largest)) << limit;
    EXPECT_EQ(static_cast<size_t>((*cut->notes.cut)[1].kept), head2->Kept(largest)) << limit;
  }
}

}  // namespace
}  // namespace gram::api
