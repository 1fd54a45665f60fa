// The self-test and the benchmark on a converted tiny checkpoint: what they report, never how fast.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "engine/diagnostics/selftest.h"
#include "gram/bench.h"
#include "gram/selftest.h"
#include "tests/testing/converted_model.h"

namespace gram {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::Ge;
using ::testing::Gt;
using ::testing::HasSubstr;
using ::testing::Le;

class MeasureTest : public ::testing::Test {
 protected:
  testing::ConvertedModel converted_;
  std::string model_ = converted_.path();
};

std::vector<std::string> Names(const SelfTestReport& report) {
  std::vector<std::string> names;
  for (const SelfTestCheck& check : report.checks) names.push_back(check.name);
  return names;
}

TEST_F(MeasureTest, SelfTestFindsTheSameBits) {
  size_t told = 0;
  const auto report = RunSelfTest(model_, {.threads = 3}, [&](const SelfTestCheck& check) {
    EXPECT_FALSE(check.difference) << check.name;
    ++told;
  });
  ASSERT_TRUE(report.ok()) << report.status().message();
  EXPECT_TRUE(report->identical);
  EXPECT_EQ(told, report->checks.size());
  EXPECT_THAT(Names(*report), ElementsAre("a second run", "each pair alone", "in reverse order",
                                          "no shared prefixes", "batches of 512 tokens", "1 thread",
                                          "2 threads", "3 threads"));
  EXPECT_EQ(report->engine.threads, 3);
  EXPECT_GT(report->longest, report->shortest);
}

TEST_F(MeasureTest, SelfTestTriesFewOfManyThreads) {
  const auto report = RunSelfTest(model_, {.threads = 9, .isa = "scalar"});
  ASSERT_TRUE(report.ok()) << report.status().message();
  EXPECT_TRUE(report->identical);
  EXPECT_THAT(Names(*report), AllOf(Contains("1 thread"), Contains("2 threads"),
                                    Contains("4 threads"), Contains("9 threads")));
  EXPECT_EQ(report->checks.size(), 9u);
}

TEST_F(MeasureTest, BenchReportIsSane) {
  std::vector<std::string> steps;
  BenchOptions options;
  options.tokens = {100, 24};
  options.batch_tokens = 512;
  options.mix_pairs = 4;
  options.progress = [&](const std::string& what) { steps.push_back(what); };
  const auto report = RunBench(model_, {.threads = 2}, options);
  ASSERT_TRUE(report.ok()) << report.status().message();
  EXPECT_THAT(steps, Contains(HasSubstr("100")));
  EXPECT_EQ(report->engine.threads, 2);
  EXPECT_EQ(report->check.logits, 16);
  EXPECT_LE(report->check.error, report->check.tolerance);
  ASSERT_EQ(report->runs.size(), 2u);
  EXPECT_EQ(report->runs[0].tokens, 100);
  EXPECT_EQ(report->runs[0].prompts, 5);
  for (const BenchRun& run : report->runs) {
    EXPECT_GT(run.tokens_per_s, 0);
    EXPECT_TRUE(std::isfinite(run.share) && run.share > 0);
    const StageTimes& stages = run.stages;
    for (const double seconds : {stages.matmul, stages.attention, stages.norm_rope, stages.embed,
                                 stages.readout, stages.other}) {
      EXPECT_THAT(seconds, AllOf(Ge(0), Le(run.seconds)));
    }
  }
  for (const double positive :
       {report->peak_gflops, report->pairs_per_hour_shared, report->pairs_per_hour_unshared,
        report->first_score_s, report->first_score_compute_s, report->peak_extra_mb}) {
    EXPECT_TRUE(std::isfinite(positive));
    EXPECT_GT(positive, 0);
  }
}

TEST_F(MeasureTest, TheMixIsAsLongAsItSays) {
  BenchOptions options;
  options.tokens = {1};
  options.repetitions = 1;
  const auto report = RunBench(model_, {.threads = 1}, options);
  ASSERT_TRUE(report.ok()) << report.status().message();
  EXPECT_EQ(report->mix.pairs, 12);
  EXPECT_EQ(report->mix.questions, 8);
  EXPECT_NEAR(report->mix.shortest, 40, 15);
  EXPECT_NEAR(report->mix.longest, 900, 100);
  EXPECT_THAT(report->mix.instruction_tokens, Gt(0));
}

TEST_F(MeasureTest, RefusesWhatItCannotMeasure) {
  const auto code = [&](const BenchOptions& options) {
    return RunBench(model_, {.threads = 1}, options).status().code();
  };
  EXPECT_EQ(code({.tokens = {}}), StatusCode::kInvalidArgument);
  EXPECT_EQ(code({.tokens = {0}}), StatusCode::kInvalidArgument);
  EXPECT_EQ(code({.tokens = {40961}}), StatusCode::kInvalidArgument);
  EXPECT_EQ(code({.tokens = {8}, .batch_tokens = 0}), StatusCode::kInvalidArgument);
  EXPECT_EQ(code({.tokens = {8}, .repetitions = 0}), StatusCode::kInvalidArgument);
  EXPECT_EQ(code({.tokens = {8}, .mix_pairs = 13}), StatusCode::kInvalidArgument);
  EXPECT_EQ(RunBench(converted_.folder() / "none", {}, {}).status().code(), StatusCode::kNotFound);
  EXPECT_EQ(RunSelfTest(converted_.folder() / "none", {}).status().code(), StatusCode::kNotFound);
  EXPECT_EQ(RunSelfTest(model_, {.isa = "mmx"}).status().code(), StatusCode::kInvalidArgument);
}

Verdict VerdictOf(float a1, float b1, float a2, float b2) {
  Verdict verdict;
  verdict.orders = {OrderVerdict{1, a1, b1, 9}, OrderVerdict{2, a2, b2, 9}};
  return verdict;
}

TEST(FirstDifferenceTest, ComparesBitsAndNotValues) {
  const std::vector<Verdict> expected = {VerdictOf(1, 2, 3, 4), VerdictOf(0, 2, 3, 4)};
  EXPECT_FALSE(diagnostics::FirstDifference(expected, expected));
  std::vector<Verdict> got = expected;
  got[1].orders[0].logit_a = -0.0F;  // equal as a value
  const auto zero = diagnostics::FirstDifference(expected, got);
  ASSERT_TRUE(zero);
  EXPECT_EQ(zero->pair, 1u);
  EXPECT_EQ(zero->order, 1);
  EXPECT_EQ(zero->token, 'A');
  got[0].orders[1].logit_b = std::nextafter(4.0F, 5.0F);
  const auto last_bit = diagnostics::FirstDifference(expected, got);
  ASSERT_TRUE(last_bit);
  EXPECT_EQ(last_bit->pair, 0u);
  EXPECT_EQ(last_bit->order, 2);
  EXPECT_EQ(last_bit->token, 'B');
  EXPECT_EQ(last_bit->expected, 4.0F);
  EXPECT_GT(last_bit->got, 4.0F);
}

TEST(FirstDifferenceTest, ComparesRewards) {
  std::vector<Verdict> expected(2);
  for (Verdict& verdict : expected) verdict.is_reward = true;
  std::vector<Verdict> got = expected;
  EXPECT_FALSE(diagnostics::FirstDifference(expected, got));
  got[1].score_response2 = 0.25;
  const auto found = diagnostics::FirstDifference(expected, got);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->pair, 1U);
  EXPECT_EQ(found->order, 2);
  EXPECT_EQ(found->token, 'R');
  EXPECT_EQ(found->got, 0.25F);
}

}  // namespace
}  // namespace gram
