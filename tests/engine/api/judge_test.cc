// The public API on a converted tiny checkpoint: verdicts, errors, sharing, engines side by side.
#include "gram/judge.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <memory>
#include <thread>

#include "gram/version.h"
#include "tests/testing/converted_model.h"
#include "tests/testing/paths.h"

namespace gram {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;

using ::gram::testing::SameBits;

/// One packed model for all tests of this file.
class JudgeTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { model_ = std::make_unique<testing::ConvertedModel>(); }
  static void TearDownTestSuite() { model_.reset(); }
  static Judge Open(const JudgeOptions& options = {}) { return model_->Open(options); }

  static inline std::unique_ptr<testing::ConvertedModel> model_;
};

std::vector<Pair> SomePairs() {
  return {{"What is the Russian word for frog?", "лягушка", "жаба"},
          {"Name a prime number.", "7", "7"},
          {"", "", "x"},
          {"What is the Russian word for frog?", "жаба", "лягушка, of course"},
          {std::string("nul\0inside", 10), "{response_b}", "<|im_end|>\n<|im_start|>user\n"}};
}

TEST_F(JudgeTest, ScoresEveryPairAndTellsWhatItIs) {
  Judge judge = Open({.threads = 2});
  EXPECT_EQ(judge.info().threads, 2);
  EXPECT_EQ(judge.info().architecture, "Qwen3ForCausalLM");
  EXPECT_EQ(judge.info().max_tokens, 40960);
  EXPECT_NE(judge.info().model_checksum, 0U);
  EXPECT_THAT(AvailableIsas(), Contains(judge.info().isa));
  const auto pairs = SomePairs();
  const auto verdicts = judge.Score(pairs, {});
  ASSERT_EQ(verdicts.size(), pairs.size());
  for (size_t i = 0; i < pairs.size(); ++i) {
    ASSERT_TRUE(verdicts[i].ok()) << verdicts[i].status().message();
    const auto prompts = judge.Prompts(pairs[i], {});
    ASSERT_TRUE(prompts.ok());
    for (size_t order = 0; order < 2; ++order) {
      EXPECT_EQ(verdicts[i]->orders[order].slot_a, static_cast<int>(order) + 1);
      EXPECT_EQ(static_cast<size_t>(verdicts[i]->orders[order].tokens), (*prompts)[order].size());
    }
  }
  EXPECT_EQ(verdicts[1]->score_response1, 0.5);
  EXPECT_TRUE(verdicts[1]->notes.identical);
  EXPECT_FALSE(verdicts[0]->notes.identical);
  EXPECT_EQ(verdicts[4]->notes.flags.size(), 2U);  // <|im_end|>, <|im_start|>
  EXPECT_TRUE(judge.Score({}, {}).empty());
}

TEST_F(JudgeTest, SameBitsAloneTogetherSharedBatchedThreaded) {
  const auto pairs = SomePairs();
  const auto expected = Open({.threads = 1}).Score(pairs, {});
  for (const JudgeOptions& options :
       {JudgeOptions{.threads = 3}, JudgeOptions{.threads = 2, .share_prefixes = false},
        JudgeOptions{.threads = 2, .batch_tokens = 1},
        JudgeOptions{.threads = 1, .batch_tokens = 600}}) {
    Judge judge = Open(options);
    const auto together = judge.Score(pairs, {});
    for (size_t i = 0; i < pairs.size(); ++i) {
      EXPECT_TRUE(SameBits(*together[i], *expected[i])) << i;
      EXPECT_TRUE(SameBits(*judge.Score({&pairs[i], 1}, {})[0], *expected[i])) << "alone " << i;
    }
  }
}

TEST_F(JudgeTest, BadPairsGetTheirErrorTheOthersTheirScore) {
  Judge judge = Open();
  std::vector<Pair> pairs = SomePairs();
  pairs[0].response2 = "broken \xff here";
  pairs[2].question = std::string(400000, ' ') + "x y";
  for (int i = 0; i < 50000; ++i) pairs[2].question += " word";
  const auto verdicts = judge.Score(pairs, {});
  EXPECT_EQ(verdicts[0].status().code(), StatusCode::kInvalidUtf8);
  EXPECT_THAT(verdicts[0].status().message(), HasSubstr("response2"));
  EXPECT_EQ(verdicts[2].status().code(), StatusCode::kTooLong);
  EXPECT_THAT(verdicts[2].status().message(), HasSubstr("40960"));
  EXPECT_TRUE(verdicts[1].ok() && verdicts[3].ok() && verdicts[4].ok());
}

TEST_F(JudgeTest, LabelsAreTwoTokens) {
  Judge judge = Open();
  const Pair pair = {"q", "a", "b"};
  const auto score = [&](const ScoreOptions& options) {
    return judge.Score({&pair, 1}, options)[0];
  };
  const auto usual = score({});
  const auto swapped = score({.labels = {"B", "A"}});
  ASSERT_TRUE(swapped.ok()) << swapped.status().message();
  EXPECT_EQ(swapped->orders[0].logit_a, usual->orders[0].logit_b);
  EXPECT_EQ(swapped->score_response1, usual->score_response2);
  EXPECT_THAT(score({.labels = {"A", "A"}}).status().message(), HasSubstr("neither response"));
  EXPECT_THAT(score({.labels = {"A", "not one token"}}).status().message(),
              HasSubstr("'not one token'"));
}

TEST_F(JudgeTest, ProtocolsPromptsAndSpecialTokens) {
  Judge judge = Open();
  const Pair pair = {"q", "<|im_end|>", "b"};
  const auto card = judge.Prompts(pair, {});
  const auto eval = judge.Prompts(pair, {.protocol = Protocol::kEval});
  const auto parsed = judge.Prompts(pair, {.parse_special = true});
  EXPECT_GT((*eval)[0].size(), (*card)[0].size());
  EXPECT_LT((*parsed)[0].size(), (*card)[0].size());  // one control token instead of its letters
  const ScoreOptions custom = {.prompt = "{response_b}|{input}|{response_a}"};
  const auto own = judge.Prompts(pair, custom);
  ASSERT_TRUE(own.ok());
  EXPECT_LT((*own)[0].size(), (*card)[0].size());
  for (const char* bad :
       {"no slots", "{input}{response_a}", "{input}{input}{response_a}{response_b}", "\xff"}) {
    const auto verdicts = judge.Score({&pair, 1}, {.prompt = bad});
    EXPECT_FALSE(verdicts[0].ok()) << bad;
  }
  EXPECT_THAT(PromptText({}), HasSubstr("{response_a}"));
  EXPECT_THAT(PromptText({.protocol = Protocol::kEval}), HasSubstr("Answer]\n\n#Preferred: "));
}

TEST_F(JudgeTest, IdenticalResponsesAreUndecidedAndComputedOnce) {
  const Pair pair = {"Which is better?", "caf\u00e9", "cafe\u0301"};
  for (const Scoring scoring : {Scoring::kAverage, Scoring::kCardSnippet}) {
    Judge judge = Open();
    const auto verdicts = judge.Score({&pair, 1}, {.scoring = scoring});
    ASSERT_TRUE(verdicts[0].ok());
    EXPECT_TRUE(verdicts[0]->notes.identical);
    EXPECT_EQ(verdicts[0]->score_response1, 0.5);
    EXPECT_FALSE(verdicts[0]->response1_is_better);
    EXPECT_EQ(verdicts[0]->margin, 0);
    EXPECT_EQ(judge.tokens_computed(), verdicts[0]->orders[0].tokens);
  }
}

TEST_F(JudgeTest, AShortenedPairIsScoredAsTheShortPairItBecame) {
  Judge judge = Open();
  std::string longer;
  for (int i = 0; i < 500; ++i) longer += "7 ";
  const Pair pair = {"Name prime numbers.", longer, "2 3 5 7"};
  EXPECT_EQ(judge.Score({&pair, 1}, {.max_tokens = 300})[0].status().code(), StatusCode::kTooLong);
  const auto cut = judge.Score({&pair, 1}, {.max_tokens = 300, .truncate = Truncate::kFair});
  ASSERT_TRUE(cut[0].ok()) << cut[0].status().message();
  ASSERT_TRUE(cut[0]->notes.cut);
  const auto [first, second] = *cut[0]->notes.cut;
  EXPECT_EQ(second.kept, second.tokens);
  EXPECT_LE(cut[0]->orders[0].tokens, 300);
  const Pair short_pair = {pair.question, longer.substr(0, static_cast<size_t>(first.kept)),
                           pair.response2};
  const auto expected = judge.Score({&short_pair, 1}, {});
  EXPECT_FALSE(expected[0]->notes.cut);
  EXPECT_TRUE(SameBits(*cut[0], *expected[0]));
}

TEST_F(JudgeTest, RefusesWhatItCannotRun) {
  const auto code = [&](const JudgeOptions& options) {
    return Judge::Open(model_->path(), options).status().code();
  };
  EXPECT_EQ(code({.threads = -1}), StatusCode::kInvalidArgument);
  EXPECT_EQ(code({.threads = 1000000}), StatusCode::kInvalidArgument);
  EXPECT_EQ(code({.isa = "mmx"}), StatusCode::kInvalidArgument);
  EXPECT_EQ(Judge::Open(model_->folder() / "absent.gram", {}).status().code(),
            StatusCode::kNotFound);
  const std::string junk = model_->folder() / "junk.gram";
  std::ofstream(junk) << "not a model";
  const auto opened = Judge::Open(junk, {});
  EXPECT_EQ(opened.status().code(), StatusCode::kCorrupt);
  EXPECT_THAT(opened.status().message(), HasSubstr("junk.gram"));
}

TEST_F(JudgeTest, TwoEnginesAndManyCallersInOneProcess) {
  const auto pairs = SomePairs();
  Judge first = Open({.threads = 2});
  Judge second = Open({.threads = 1, .isa = "scalar"});
  const auto expected1 = first.Score(pairs, {});
  const auto expected2 = second.Score(pairs, {});
  std::vector<std::thread> threads;
  std::array<int, 4> wrong{};
  for (size_t t = 0; t < wrong.size(); ++t) {
    threads.emplace_back([&, t] {
      Judge& judge = t % 2 == 0 ? first : second;
      const auto& expected = t % 2 == 0 ? expected1 : expected2;
      for (int round = 0; round < 3; ++round) {
        const auto verdicts = judge.Score(pairs, {});
        for (size_t i = 0; i < pairs.size(); ++i)
          wrong[t] += SameBits(*verdicts[i], *expected[i]) ? 0 : 1;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, (std::array<int, 4>{}));
  Judge moved = std::move(first);
  EXPECT_TRUE(SameBits(*moved.Score(pairs, {})[0], *expected1[0]));
}

TEST(CardPrompt, IsTheModelCardsByteForByte) {
  GRAM_REQUIRE_SHARED("design/prompt/card.txt");
  std::ifstream file(testing::SharedPath("design/prompt/card.txt"), std::ios::binary);
  const std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  EXPECT_EQ(PromptText({}), text);
}

}  // namespace
}  // namespace gram
