// What verdicts say about a judge, on runs that are made up; numbers of probabilities are those
// that scikit-learn 1.8 and NumPy gave.
#include "jobs/eval/diagnostics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "jobs/eval/compare.h"
#include "tests/jobs/eval/made_up_run.h"

namespace gram::jobs {
namespace {

using ::testing::HasSubstr;

BootstrapOptions Few() {
  BootstrapOptions options;
  options.resamples = 100;
  return options;
}

// Margins and which of the answers is labelled.
EvalRun Sample() {
  const std::vector<double> margins = {0.2,  0.4,  0.9,  1.2,  1.7,  2.2, 2.9,   3.4,  0.05, 0.6,
                                       -0.3, -0.8, -1.1, -2.0, 0.15, 4.1, -0.02, 1.05, 0.75, -1.6};
  const std::vector<int> labels = {1, 0, 1, 1, 0, 1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 1, 0, 1, 0};
  EvalRun run;
  for (size_t i = 0; i < margins.size(); ++i) {
    AddRow(run, {},
           {MadeUpPair(margins[i], labels[i] == 1 ? Label::kResponse1 : Label::kResponse2)});
  }
  return run;
}

TEST(DiagnosticsTest, ScoresOfProbabilitiesAreThoseOfScikitLearn) {
  const Diagnostics found = Diagnose(Sample(), Few());
  EXPECT_NEAR(found.brier, 0.18489795620693936, 1e-12);
  EXPECT_NEAR(found.log_loss, 0.5365969603056646, 1e-12);
  EXPECT_NEAR(found.calibration_error, 0.14657928472676413, 1e-12);
  EXPECT_NEAR(found.accuracy.value, 0.7, 1e-12);
}

TEST(DiagnosticsTest, TenthsByMarginHaveTwoVerdictsEach) {
  const Diagnostics found = Diagnose(Sample(), Few());
  ASSERT_EQ(found.by_margin.size(), 10u);
  EXPECT_EQ(found.by_margin[0].low, 0.02);
  EXPECT_EQ(found.by_margin[0].high, 0.05);
  EXPECT_EQ(found.by_margin[0].accuracy, 0);
  EXPECT_EQ(found.by_margin[9].high, 4.1);
  EXPECT_EQ(found.by_margin[9].accuracy, 1);
}

TEST(DiagnosticsTest, AbstentionGoesFromTheSurestToAll) {
  const Diagnostics found = Diagnose(Sample(), Few());
  ASSERT_EQ(found.abstention.size(), 20u);
  EXPECT_EQ(found.abstention.front().lead, 4.1);
  EXPECT_EQ(found.abstention.front().accuracy, 1);
  EXPECT_EQ(found.abstention.back().share, 1);
  EXPECT_NEAR(found.abstention.back().accuracy, 0.7, 1e-12);
}

TEST(DiagnosticsTest, EqualLeadsCountTogether) {
  EvalRun run;
  for (int i = 0; i < 6; ++i) AddRow(run, {}, {MadeUpPair(i < 3 ? 1 : -1)});
  const Diagnostics found = Diagnose(run, Few());
  ASSERT_EQ(found.abstention.size(), 1u);
  EXPECT_EQ(found.abstention[0].accuracy, 0.5);
}

TEST(DiagnosticsTest, ManyVerdictsMakeFewPoints) {
  EvalRun run;
  for (int i = 0; i < 10000; ++i) AddRow(run, {}, {MadeUpPair(i + 1.0)});
  const Diagnostics found = Diagnose(run, Few());
  EXPECT_GE(found.abstention.size(), kAbstentionPoints);
  EXPECT_LE(found.abstention.size(), kAbstentionPoints + 1);
  EXPECT_EQ(found.abstention.back().share, 1);
}

TEST(DiagnosticsTest, VerdictsWithoutAWinnerAreHalfAProbabilityAndNoRightOne) {
  EvalRun run;
  AddRow(run, {}, {MadeUpPair(0)});
  AddRow(run, {}, {MadeUpPair(0, Label::kResponse2)});
  const Diagnostics found = Diagnose(run, Few());
  EXPECT_EQ(found.undecided, 2);
  EXPECT_EQ(found.accuracy.value, 0);
  EXPECT_EQ(found.brier, 0.25);
  EXPECT_EQ(found.calibration_error, 0);
}

TEST(DiagnosticsTest, APlaceThatAlwaysWinsIsABiasAndFlips) {
  EvalRun run;
  for (int i = 0; i < 10; ++i) {
    EvalPair pair = MadeUpPair(0.1);
    pair.verdict.slot_a_leads = {2, i < 5 ? 2.0 : -1.0};
    pair.verdict.orders_agree = i >= 5;
    pair.verdict.order_gap = 0.25;
    AddRow(run, {}, {pair});
  }
  const Diagnostics found = Diagnose(run, Few());
  EXPECT_EQ(found.flips.value, 0.5);
  EXPECT_EQ(found.slot_a.value, 0.75);
  EXPECT_EQ(found.order_gap.value, 0.25);
  EXPECT_EQ(found.slot_a.count, 20);
}

// A judge of single answers has rewards, and no orders.
TEST(DiagnosticsTest, WithoutOrdersTheRestIsThere) {
  const Diagnostics found = Diagnose(Sample(), Few());
  EXPECT_TRUE(std::isnan(found.flips.value));
  EXPECT_TRUE(std::isnan(found.slot_a.value));
  EXPECT_FALSE(std::isnan(found.calibration_error));
  EXPECT_FALSE(found.length_slope) << "no texts, no lengths";
}

TEST(DiagnosticsTest, AJudgeOfLengthsIsFoundOut) {
  EvalRun run;
  Draws draws(11);
  for (int i = 0; i < 4000; ++i) {
    const double doublings = 4 * draws.Uniform() - 2;
    const bool first = draws.Uniform() < 0.5;
    const double side = first ? 1 : -1;
    const bool wins = draws.Uniform() < Sigmoid(1.5 * doublings + 0.5 * side);
    EvalPair pair = MadeUpPair(wins ? 1 : -1, first ? Label::kResponse1 : Label::kResponse2);
    pair.lengths = {std::exp2(doublings) * 1000 - 1, 999};
    AddRow(run, {}, {pair});
  }
  const Diagnostics found = Diagnose(run, Few());
  ASSERT_TRUE(found.length_slope);
  EXPECT_NEAR(found.length_slope->slopes[0], 1.5, 0.15);
  EXPECT_NEAR(found.length_slope->slopes[1], 0.5, 0.15);
  EXPECT_GT(found.longer.value, 0.7);
  EXPECT_GT(found.if_longer.value, found.if_shorter.value + 0.3);
}

TEST(DiagnosticsTest, ListsNameTheVerdictsToLookAt) {
  EvalRun run = Sample();
  run.rows[7].pairs[0].verdict.tokens = 900;
  run.rows[16].pairs[0].verdict.identical = true;
  run.rows.emplace_back().error_code = "too_long";
  const Diagnostics found = Diagnose(run, Few());
  EXPECT_EQ(found.wrong.front().row, 4u) << "the largest margin against the label";
  EXPECT_EQ(found.wrong.size(), 6u);
  EXPECT_EQ(found.doubtful.front().row, 8u) << "identical answers are not doubtful";
  EXPECT_EQ(found.doubtful.size(), 19u);
  EXPECT_EQ(found.longest.front().row, 7u);
  EXPECT_EQ(found.failed.at("too_long"), 1);
}

TEST(DiagnosticsTest, IntervalsDrawQuestionsNotRows) {
  EvalRun alone;
  EvalRun together;
  for (int i = 0; i < 100; ++i) {
    AddRow(alone, {}, {MadeUpPair(i / 10 % 2 == 0 ? 1 : -1)});
    AddRow(together, {}, {MadeUpPair(i / 10 % 2 == 0 ? 1 : -1)}).cluster =
        static_cast<size_t>(i) / 10;
  }
  together.clusters = 10;
  const Interval rows = Diagnose(alone, Few()).accuracy.interval;
  const Interval questions = Diagnose(together, Few()).accuracy.interval;
  EXPECT_GT(questions.high - questions.low, 2 * (rows.high - rows.low));
}

TEST(CompareTest, CountsAndTestThePairsOfTwoRuns) {
  EvalRun first;
  EvalRun second;
  // Both right 30, only first 5, only second 15, both wrong 10.
  for (int i = 0; i < 60; ++i) {
    AddRow(first, {}, {MadeUpPair(i < 35 ? 1 : -1)});
    AddRow(second, {}, {MadeUpPair(i < 30 || (i >= 35 && i < 50) ? 1 + i : -2)});
  }
  const auto found = CompareRuns(first, second, Few());
  ASSERT_TRUE(found.ok());
  EXPECT_EQ(found->both_right, 30);
  EXPECT_EQ(found->only_first_right, 5);
  EXPECT_EQ(found->only_second_right, 15);
  EXPECT_EQ(found->both_wrong, 10);
  EXPECT_EQ(found->changed, 20);
  EXPECT_NEAR(found->mcnemar_p, 0.04138946533203125, 1e-14);
  EXPECT_NEAR(found->difference.value, 10.0 / 60, 1e-12);
  EXPECT_EQ(found->flips.front().row, 49u) << "the margin that moved most";
}

TEST(CompareTest, OtherPairsAreRefused) {
  EvalRun first;
  EvalRun second;
  AddRow(first, {}, {MadeUpPair(1)});
  EXPECT_FALSE(CompareRuns(first, second, Few()).ok());
  AddRow(second, {}, {MadeUpPair(1, Label::kResponse2)});
  EXPECT_THAT(CompareRuns(first, second, Few()).status().message(), HasSubstr("labels"));
  second.rows[0].id_json = "\"x\"";
  EXPECT_THAT(CompareRuns(first, second, Few()).status().message(),
              HasSubstr("at row 1 (id 1) the other id is \"x\""));
}

TEST(CompareTest, ARowThatOneCouldNotJudgeDoesNotCount) {
  EvalRun first;
  EvalRun second;
  AddRow(first, {}, {MadeUpPair(1)});
  AddRow(second, {}, {}).error_code = "too_long";
  const auto found = CompareRuns(first, second, Few());
  ASSERT_TRUE(found.ok());
  EXPECT_EQ(found->pairs, 0);
  EXPECT_EQ(found->mcnemar_p, 1);
}

}  // namespace
}  // namespace gram::jobs
