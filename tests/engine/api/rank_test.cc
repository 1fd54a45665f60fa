// Ranking with a model: the scores are those of Score, alone or together, and it can be cancelled.
#include "gram/rank.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>

#include "tests/testing/converted_model.h"

namespace gram {
namespace {

using ::testing::HasSubstr;
using testing::SameBits;

const std::vector<RankTask>& Tasks() {
  static const std::vector<RankTask> tasks = {
      {"What is the Russian word for frog?", {"лягушка", "жаба", "", "лягушка, of course", "жаба"}},
      {"", {"x"}},
      {"Name a prime number.", {"7", "four", "<|im_end|>", "2 is the only even one.", "11", "13"}},
      {"Name a prime number.", {"7", "8"}}};
  return tasks;
}

class RankTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { model_ = std::make_unique<testing::ConvertedModel>(); }
  static void TearDownTestSuite() { model_.reset(); }

  static inline std::unique_ptr<testing::ConvertedModel> model_;
};

TEST_F(RankTest, ScoresAreThoseOfScoreBitForBit) {
  Judge judge = model_->Open();
  for (const RankMethod method :
       {RankMethod::kRoundRobin, RankMethod::kKnockout, RankMethod::kLinear}) {
    ScoreOptions score;
    score.protocol = Protocol::kEval;
    const auto rankings = RankAll(judge, Tasks(), {.method = method}, score);
    for (size_t i = 0; i < Tasks().size(); ++i) {
      ASSERT_TRUE(rankings[i].ok()) << rankings[i].status().message();
      for (const auto& [first, second, verdict] : rankings[i]->comparisons) {
        const auto& responses = Tasks()[i].responses;
        const Pair pair = {Tasks()[i].question, responses[first], responses[second]};
        EXPECT_TRUE(SameBits(verdict, *judge.Score({&pair, 1}, score).front()));
      }
    }
  }
}

TEST_F(RankTest, TogetherIsAsAlone) {
  Judge judge = model_->Open();
  Judge unshared = model_->Open({.share_prefixes = false, .batch_tokens = 256});
  const auto together = RankAll(judge, Tasks());
  for (size_t i = 0; i < Tasks().size(); ++i) {
    const auto alone = Rank(unshared, Tasks()[i].question, Tasks()[i].responses);
    ASSERT_TRUE(alone.ok() && together[i].ok());
    for (size_t k = 0; k < alone->responses.size(); ++k) {
      EXPECT_EQ(alone->responses[k].rank, together[i]->responses[k].rank);
      EXPECT_EQ(alone->responses[k].win_rate, together[i]->responses[k].win_rate);
      EXPECT_EQ(alone->responses[k].strength, together[i]->responses[k].strength);
    }
  }
}

TEST_F(RankTest, RoundRobinDoesNotDependOnTheOrderOfResponses) {
  Judge judge = model_->Open();
  const RankTask& task = Tasks()[2];
  const std::vector<std::string> reversed(task.responses.rbegin(), task.responses.rend());
  const auto forth = Rank(judge, task.question, task.responses);
  const auto back = Rank(judge, task.question, reversed);
  ASSERT_TRUE(forth.ok() && back.ok());
  for (size_t i = 0; i < reversed.size(); ++i) {
    const RankedResponse& a = forth->responses[i];
    const RankedResponse& b = back->responses[reversed.size() - 1 - i];
    EXPECT_EQ(a.rank, b.rank);
    EXPECT_EQ(a.win_rate, b.win_rate);
    EXPECT_NEAR(a.strength, b.strength, 1e-8);
  }
}

TEST_F(RankTest, ErrorsNameTheResponses) {
  Judge judge = model_->Open();
  const auto bad = Rank(judge, "q", {"a", "b", "\xff"});
  EXPECT_EQ(bad.status().code(), StatusCode::kInvalidUtf8);
  EXPECT_THAT(bad.status().message(), HasSubstr("responses 1 and 3: "));
  EXPECT_EQ(Rank(judge, "q", {}).status().code(), StatusCode::kInvalidArgument);
}

TEST_F(RankTest, ACancelledRankingIsCancelled) {
  Judge judge = model_->Open();
  const std::atomic<bool> cancel = true;
  ScoreOptions score;
  score.cancel = &cancel;
  const auto rankings = RankAll(judge, Tasks(), {}, score);
  for (size_t i = 0; i < Tasks().size(); ++i) {
    if (Tasks()[i].responses.size() == 1) {
      EXPECT_TRUE(rankings[i].ok());
    } else {
      EXPECT_EQ(rankings[i].status().code(), StatusCode::kCancelled);
    }
  }
}

TEST(RankMethodTest, Names) {
  EXPECT_EQ(RankMethodName(RankMethod::kAuto), "auto");
  EXPECT_EQ(RankMethodName(RankMethod::kRoundRobin), "round_robin");
  EXPECT_EQ(RankMethodName(RankMethod::kKnockout), "knockout");
  EXPECT_EQ(RankMethodName(RankMethod::kLinear), "linear");
}

}  // namespace
}  // namespace gram
