// Judge::Plan foretells what Score does, without running the model.
#include <gtest/gtest.h>

#include <atomic>
#include <memory>

#include "gram/judge.h"
#include "tests/testing/converted_model.h"

namespace gram {
namespace {

class PlanTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { model_ = std::make_unique<testing::ConvertedModel>(); }
  static void TearDownTestSuite() { model_.reset(); }

  static inline std::unique_ptr<testing::ConvertedModel> model_;
};

std::vector<Pair> SomePairs() {
  return {{"Name a colour.", "Blue.", "Seven."},
          {"Name a colour.", "Red.", "Blue."},
          {"broken \xff", "", ""},
          {"Name a colour.", "Green", "Green"},
          {"How long?", std::string(1500, 'x'), "short"}};
}

TEST_F(PlanTest, TokensAndErrorsAreThoseOfScore) {
  const auto pairs = SomePairs();
  const ScoreOptions limited = {.max_tokens = 1000};
  for (const JudgeOptions& engine :
       {JudgeOptions{.threads = 1}, JudgeOptions{.threads = 1, .share_prefixes = false},
        JudgeOptions{.threads = 1, .batch_tokens = 300}}) {
    for (const ScoreOptions& options : {ScoreOptions{}, limited}) {
      Judge judge = model_->Open(engine);
      const auto plan = judge.Plan(pairs, options);
      ASSERT_TRUE(plan.ok()) << plan.status().message();
      EXPECT_EQ(judge.tokens_computed(), 0);
      const auto verdicts = judge.Score(pairs, options);
      EXPECT_EQ(judge.tokens_computed(), plan->computed + plan->instruction);
      const int64_t once = judge.tokens_computed();
      (void)judge.Score(pairs, options);  // the instruction is kept
      EXPECT_EQ(judge.tokens_computed() - once, plan->computed);
      int64_t prompts = 0;
      int64_t tokens = 0;
      ASSERT_EQ(plan->pairs.size(), pairs.size());
      for (size_t i = 0; i < pairs.size(); ++i) {
        ASSERT_EQ(plan->pairs[i].ok(), verdicts[i].ok()) << i;
        if (!verdicts[i].ok()) {
          EXPECT_EQ(plan->pairs[i].status().message(), verdicts[i].status().message());
          continue;
        }
        EXPECT_EQ(plan->pairs[i]->notes.identical, verdicts[i]->notes.identical);
        for (size_t order = 0; order < 2; ++order) {
          ++prompts;
          tokens += verdicts[i]->orders[order].tokens;
          EXPECT_EQ(plan->pairs[i]->tokens[order], verdicts[i]->orders[order].tokens);
        }
      }
      EXPECT_EQ(plan->prompts, prompts);
      EXPECT_EQ(plan->tokens, tokens);
      if (engine.share_prefixes) {
        EXPECT_GT(plan->instruction, 0);
        EXPECT_LT(plan->computed, plan->tokens);
      } else {
        EXPECT_EQ(plan->instruction, 0);
        EXPECT_EQ(plan->computed, plan->tokens);
      }
    }
  }
}

TEST_F(PlanTest, NothingIsNothing) {
  const Judge judge = model_->Open();
  const auto plan = judge.Plan({}, {});
  ASSERT_TRUE(plan.ok());
  EXPECT_TRUE(plan->pairs.empty());
  EXPECT_EQ(plan->prompts + plan->tokens + plan->computed, 0);
}

TEST_F(PlanTest, OptionsThatMakeNoSenseAndCancelling) {
  Judge judge = model_->Open();
  const auto pairs = SomePairs();
  const ScoreOptions too_large = {.max_tokens = 40961};
  EXPECT_EQ(judge.Plan(pairs, too_large).status().code(), StatusCode::kInvalidArgument);
  EXPECT_EQ(judge.Score(pairs, too_large)[0].status().code(), StatusCode::kInvalidArgument);
  EXPECT_TRUE(judge.Plan(pairs, {.max_tokens = 40960}).ok());
  EXPECT_EQ(judge.Plan(pairs, {.prompt = "none"}).status().code(), StatusCode::kInvalidArgument);
  const std::atomic<bool> cancel = true;
  EXPECT_EQ(judge.Plan(pairs, {.cancel = &cancel}).status().code(), StatusCode::kCancelled);
}

}  // namespace
}  // namespace gram
