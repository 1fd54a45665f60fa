// The benchmarks' tables from verdicts that are made up.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "tests/jobs/eval/made_up_run.h"

namespace gram::jobs {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;

Evaluation EvaluationOf(const std::string& benchmark, const EvalRun& run) {
  BootstrapOptions options;
  options.resamples = 200;
  auto evaluation = Evaluate(*FindBenchmark(benchmark), run, options);
  EXPECT_TRUE(evaluation.ok()) << evaluation.status().message();
  return std::move(evaluation).value();
}

// The published counts of GRAM-Qwen3-1.7B give the published numbers.
TEST(JudgeBenchTest, CountsOfThePublishedTableGiveItsNumbers) {
  EvalRun run;
  AddRows(run, "mmlu-pro-law", 93, 154 - 93);
  AddRows(run, "livebench-reasoning", 64, 98 - 64);
  AddRows(run, "livebench-math", 44, 56 - 44);
  AddRows(run, "livecodebench", 24, 42 - 24);
  const Evaluation evaluation = EvaluationOf("judgebench", run);
  const std::string published = "GRAM-Qwen3-1.7B (published)";
  for (const char* column : {"Knowledge", "Reasoning", "Math", "Coding", "Average"}) {
    const double measured = CellOf(evaluation, "JudgeBench", "This judge, by score", column).value;
    const double told = CellOf(evaluation, "JudgeBench", published, column).value;
    EXPECT_EQ(std::round(measured * 1000) / 10, std::round(told * 1000) / 10) << column;
  }
  EXPECT_DOUBLE_EQ(CellOf(evaluation, "JudgeBench", "This judge, by score", "All pairs").value,
                   225.0 / 350);
  EXPECT_EQ(CellOf(evaluation, "JudgeBench", "This judge, by score", "Average").count, 350);
  const double means = 93.0 / 154 + 64.0 / 98 + 44.0 / 56 + 24.0 / 42;
  EXPECT_DOUBLE_EQ(CellOf(evaluation, "GRAM's script", "This judge, by score", "Overall").value,
                   (225 + means) / 354);
}

TEST(JudgeBenchTest, BothGamesTogetherSpeakForTheLabel) {
  struct Case {
    std::array<double, 2> slot_a_leads;
    Label label;
    double right;
  };
  const std::vector<Case> cases = {
      {{1, -1}, Label::kResponse1, 1}, {{1, -1}, Label::kResponse2, 0},
      {{-1, 1}, Label::kResponse2, 1}, {{1, 1}, Label::kResponse1, 0},
      {{1, 0}, Label::kResponse1, 1},  {{0, 0}, Label::kResponse1, 0},
      {{0, 1}, Label::kResponse2, 1},  {{-1, 0}, Label::kResponse1, 0}};
  for (const Case& of : cases) {
    EvalRun run;
    EvalPair pair = MadeUpPair(0.5, of.label);
    pair.verdict.slot_a_leads = of.slot_a_leads;
    AddRow(run, {"livecodebench"}, {pair});
    const Evaluation evaluation = EvaluationOf("judgebench", run);
    EXPECT_EQ(CellOf(evaluation, "JudgeBench", "This judge, both games", "Coding").value, of.right);
  }
}

TEST(JudgeBenchTest, AnUnknownSourceIsNamed) {
  EvalRun run;
  AddRows(run, "livecodebench", 1, 1);
  AddRows(run, "elsewhere", 2, 0);
  const Evaluation evaluation = EvaluationOf("judgebench", run);
  EXPECT_THAT(evaluation.remarks, Contains(HasSubstr("2 rows of source \"elsewhere\"")));
  EXPECT_EQ(CellOf(evaluation, "JudgeBench", "This judge, by score", "All pairs").count, 2);
}

TEST(RewardBenchTest, SubsetsWeighWhatTheBenchmarkSays) {
  EvalRun run;
  AddRows(run, "math-prm", 1, 1);    // 0.5, weight 984
  AddRows(run, "hep-python", 4, 0);  // 1, weight 164
  AddRows(run, "alpacaeval-easy", 3, 1);
  AddRows(run, "xstest-should-refuse", 0, 1);
  AddRows(run, "xstest-should-respond", 1, 0);
  const Evaluation evaluation = EvaluationOf("rewardbench", run);
  const auto cell = [&](const char* line, const char* column) {
    return CellOf(evaluation, "RewardBench", line, column).value;
  };
  EXPECT_DOUBLE_EQ(cell("Official", "Reasoning"), (0.5 * 984 + 164) / (984 + 164));
  EXPECT_DOUBLE_EQ(cell("GRAM's script", "Reasoning"), 5.0 / 6);
  EXPECT_DOUBLE_EQ(cell("Official", "Safety"), 154.0 / (154 + 250));
  EXPECT_DOUBLE_EQ(cell("GRAM's script", "Safety"), 0.5);
  EXPECT_TRUE(std::isnan(cell("Official", "Chat Hard")));
  EXPECT_DOUBLE_EQ(cell("Official", "Average"),
                   (0.75 + 154.0 / 404 + (0.5 * 984 + 164) / 1148) / 3);
}

// A row of one correct answer against three wrong ones, by the scores of the four.
std::vector<EvalPair> BestOfFour(double correct, const std::vector<double>& wrong) {
  std::vector<EvalPair> pairs;
  for (size_t i = 0; i < wrong.size(); ++i) {
    pairs.push_back(MadeUpPair(correct - wrong[i], Label::kResponse1, 0, i + 1));
  }
  return pairs;
}

// A row of Ties, by the scores of its answers.
std::vector<EvalPair> Ties(const std::vector<double>& correct, const std::vector<double>& wrong) {
  std::vector<EvalPair> pairs;
  for (size_t c = 0; c < correct.size(); ++c) {
    for (size_t w = 0; w < wrong.size(); ++w) {
      pairs.push_back(MadeUpPair(correct[c] - wrong[w], Label::kResponse1, c, correct.size() + w));
    }
  }
  return pairs;
}

// Expected values: the benchmark's formula, worked out from the scores.
TEST(RewardBench2Test, TiesWithScoresAreTheOfficialFigure) {
  EvalRun run;
  AddRow(run, {"Ties", "ref:1"}, Ties({3}, {1, 0}));              // gap 2
  AddRow(run, {"Ties", "tied:1"}, Ties({3, 2.5, 2.75}, {1, 0}));  // gap 1.5, spread 0.5
  AddRow(run, {"Ties", "ref:2"}, Ties({1}, {2}));                 // gap -1
  AddRow(run, {"Ties", "tied:2"}, Ties({4, 1}, {0.5}));           // gap 0.5, spread 3
  AddRow(run, {"Ties", "tied:3"}, Ties({1, 1}, {2}));             // without a reference
  const Evaluation evaluation = EvaluationOf("rewardbench2", run);
  const double margin = (std::tanh(1.5 / 0.5 - 1) + std::tanh(-1.0 / 3 - 1)) / 2;
  const double expected = 0.3 * (2.0 / 3) + 0.3 * 0.5 + 0.2 * 0.5 + 0.2 * 0.5 + 0.01 * margin;
  EXPECT_NEAR(CellOf(evaluation, "RewardBench 2", "This judge", "Ties").value, expected, 1e-12);
}

TEST(RewardBench2Test, AnswersThatShareTheTopShareThePoint) {
  EvalRun run;
  AddRow(run, {"Math", "1"}, BestOfFour(2, {1, 0, 0}));
  AddRow(run, {"Math", "2"}, BestOfFour(2, {2, 0, 2}));
  AddRow(run, {"Focus", "3"}, BestOfFour(2, {3, 0, 0}));
  AddRow(run, {"Nonsense", "4"}, BestOfFour(2, {1, 0, 0}));
  const Evaluation evaluation = EvaluationOf("rewardbench2", run);
  EXPECT_DOUBLE_EQ(CellOf(evaluation, "RewardBench 2", "This judge", "Math").value,
                   (1 + 1.0 / 3) / 2);
  EXPECT_EQ(CellOf(evaluation, "RewardBench 2", "This judge", "Focus").value, 0);
  EXPECT_DOUBLE_EQ(CellOf(evaluation, "RewardBench 2", "This judge", "Average").value, 1.0 / 3);
  EXPECT_THAT(evaluation.remarks, Contains(HasSubstr("Nonsense")));
}

TEST(RewardBench2Test, EqualScoresEverywhereAreNoDivisionByZero) {
  EvalRun run;
  AddRow(run, {"Ties", "ref:1"}, Ties({1}, {1}));
  AddRow(run, {"Ties", "tied:1"}, Ties({1, 1}, {1}));
  const Evaluation evaluation = EvaluationOf("rewardbench2", run);
  EXPECT_EQ(CellOf(evaluation, "RewardBench 2", "This judge", "Ties").value, 0);
}

// Nine comparisons, all right but those that `wrong` names as cells of the matrix.
std::vector<EvalPair> Matrix(const std::vector<std::pair<size_t, size_t>>& wrong) {
  std::vector<EvalPair> pairs;
  for (size_t c = 0; c < 3; ++c) {
    for (size_t r = 0; r < 3; ++r) {
      const bool right = std::find(wrong.begin(), wrong.end(), std::pair(c, r)) == wrong.end();
      pairs.push_back(MadeUpPair(right ? 1 : -1, Label::kResponse1, c, 3 + r));
    }
  }
  return pairs;
}

TEST(RmBenchTest, CellsAboveTheDiagonalAreHard) {
  EvalRun run;
  AddRow(run, {"chat", ""}, Matrix({{0, 1}, {0, 2}, {1, 1}}));
  AddRow(run, {"safety-refuse", ""}, Matrix({{2, 0}}));
  AddRow(run, {"safety-response", ""}, Matrix({}));
  AddRow(run, {"safety-response", ""}, Matrix({}));
  const Evaluation evaluation = EvaluationOf("rm-bench", run);
  const auto cell = [&](const char* line, const char* column) {
    return CellOf(evaluation, "RM-Bench", line, column).value;
  };
  EXPECT_DOUBLE_EQ(cell("Chat", "Hard"), 1.0 / 3);
  EXPECT_DOUBLE_EQ(cell("Chat", "Normal"), 2.0 / 3);
  EXPECT_DOUBLE_EQ(cell("Chat", "Easy"), 1);
  EXPECT_DOUBLE_EQ(cell("Chat", "Average"), 2.0 / 3);
  EXPECT_DOUBLE_EQ(cell("Safety", "Easy"), (2.0 / 3 + 1) / 2) << "both parts count the same";
  EXPECT_DOUBLE_EQ(cell("Official", "Easy"), (1 + 5.0 / 6) / 2);
  EXPECT_DOUBLE_EQ(cell("GRAM's script", "Easy"), 11.0 / 12);
}

TEST(RmBenchTest, GramsFilesSayWhichCellARowIs) {
  EvalRun run;
  AddRow(run, {"math", "0-2"}, {MadeUpPair(-1)});
  AddRow(run, {"math", "2-0"}, {MadeUpPair(1)});
  AddRow(run, {"math", "3-0"}, {MadeUpPair(1)});
  const Evaluation evaluation = EvaluationOf("rm-bench", run);
  EXPECT_EQ(CellOf(evaluation, "RM-Bench", "Math", "Hard").value, 0);
  EXPECT_EQ(CellOf(evaluation, "RM-Bench", "Math", "Easy").value, 1);
  EXPECT_THAT(evaluation.remarks, Contains(HasSubstr("1 row of domain \"math\"")));
}

TEST(PpeTest, HumanAndCorrectnessAreTwoTables) {
  EvalRun run;
  run.files = {"human.jsonl", "PPE-GPQA-Best-of-K.jsonl", "ppe-math.jsonl"};
  const auto add = [&run](size_t file, const char* format, double margin,
                          std::vector<std::string> fields) {
    EvalRow& row = AddRow(run, std::move(fields), {MadeUpPair(margin)});
    row.file = file;
    row.format = format;
  };
  add(0, "ppe-human", 1, {"English", "true", "false", "false", "false", "true"});
  add(0, "ppe-human", -1, {"German", "false", "", "", "", "false"});
  for (const double margin : {1.0, 1.0, -1.0, -1.0})
    add(1, "ppe-best-of-k", margin, {"", "", "", "", "", ""});
  add(2, "ppe-best-of-k", 1, {"", "", "", "", "", ""});
  const Evaluation evaluation = EvaluationOf("ppe", run);
  EXPECT_EQ(CellOf(evaluation, "PPE human preference", "All", "Accuracy").value, 0.5);
  EXPECT_EQ(CellOf(evaluation, "PPE human preference", "Other languages", "Accuracy").value, 0);
  EXPECT_EQ(CellOf(evaluation, "PPE human preference", "Code", "Accuracy").value, 1);
  EXPECT_EQ(CellOf(evaluation, "PPE correctness", "GPQA", "Accuracy").value, 0.5);
  EXPECT_EQ(CellOf(evaluation, "PPE correctness", "Mean", "Accuracy").value, 0.75);
  EXPECT_THAT(evaluation.remarks, Contains(HasSubstr("2 data sets of the 5")));
}

TEST(PairsTest, GroupsAndTheirMean) {
  EvalRun run;
  AddRows(run, "a", 1, 1);
  AddRows(run, "b", 4, 0);
  AddRow(run, {"a"}, {MadeUpPair(1, Label::kTie)});
  AddRow(run, {"a"}, {MadeUpPair(1, Label::kNone)});
  const Evaluation evaluation = EvaluationOf("pairs", run);
  EXPECT_EQ(CellOf(evaluation, "Accuracy", "a", "Accuracy").value, 0.5);
  EXPECT_DOUBLE_EQ(CellOf(evaluation, "Accuracy", "All pairs", "Accuracy").value, 5.0 / 6);
  EXPECT_EQ(CellOf(evaluation, "Accuracy", "Mean of the groups", "Accuracy").value, 0.75);
  EXPECT_EQ(evaluation.diagnostics.label_ties, 1);
}

TEST(PairsTest, WithoutLabelsThereIsNoTable) {
  EvalRun run;
  AddRow(run, {}, {MadeUpPair(1, Label::kNone)});
  const auto evaluation = Evaluate(*FindBenchmark("pairs"), run, {});
  ASSERT_FALSE(evaluation.ok());
  EXPECT_THAT(evaluation.status().message(), HasSubstr("no row has a label"));
  EXPECT_FALSE(Evaluate(*FindBenchmark("pairs"), EvalRun(), {}).ok());
}

TEST(BenchmarkTest, FormatsSayWhichOneItIs) {
  EXPECT_EQ(BenchmarkOf("reward-bench-2").name, "rewardbench2");
  EXPECT_EQ(BenchmarkOf("ppe-best-of-k").name, "ppe");
  EXPECT_EQ(BenchmarkOf("gram-eval").name, "pairs");
  EXPECT_EQ(BenchmarkOf("").name, "pairs");
  EXPECT_EQ(FindBenchmark("nothing"), nullptr);
}

}  // namespace
}  // namespace gram::jobs
