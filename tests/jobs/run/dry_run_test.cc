#include "jobs/run/dry_run.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "engine/base/status.h"
#include "jobs/formats/row_mapper.h"
#include "tests/testing/temp_dir.h"

namespace gram::jobs {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

// A prompt has as many tokens as its pair has characters, half of them are computed, at 100 a
// second; over 50 are too many, a question "!" is flagged and an answer "~" shortened.
class DryRunTest : public ::testing::Test {
 protected:
  static int Length(const PairView& pair) {
    return static_cast<int>(pair.question.size() + pair.response1.size() + pair.response2.size());
  }

  static Result<PairPlan> PlanOf(const PairView& pair) {
    if (Length(pair) > 50) return TooLong("51 tokens, limit 50");
    PairPlan plan;
    plan.tokens = {Length(pair), Length(pair)};
    if (pair.question == "!") plan.notes.flags.emplace_back();
    if (pair.response1 == "~") plan.notes.cut.emplace();
    return plan;
  }

  DryRunJudge Judge() {
    DryRunJudge judge;
    judge.plan = [](std::span<const PairView> pairs) -> Result<PlanSummary> {
      PlanSummary summary;
      for (const PairView& pair : pairs) {
        summary.pairs.push_back(PlanOf(pair));
        if (!summary.pairs.back().ok()) continue;
        summary.prompts += 2;
        summary.tokens += 2 * Length(pair);
        summary.computed += Length(pair);
      }
      return summary;
    };
    judge.score = [this](std::span<const PairView> pairs) {
      std::vector<Result<Verdict>> verdicts;
      for (const PairView& pair : pairs) {
        const Result<PairPlan> plan = PlanOf(pair);
        verdicts.push_back(plan.ok() ? Result<Verdict>(Verdict{}) : plan.status());
        if (!plan.ok()) continue;
        scored_.emplace_back(pair.question);
        computed_ += Length(pair);
        now_ += Length(pair) / 100.0 * slowness_;
      }
      return verdicts;
    };
    judge.tokens_computed = [this] { return computed_; };
    judge.seconds = [this] { return now_; };
    return judge;
  }

  DryRunReport Try(const std::string& rows, const Shard& shard = {}) {
    testing::WriteBytes(folder_ / "rows", rows);
    Result<RowSource> source = RowSource::Open({folder_ / "rows"});
    EXPECT_TRUE(source.ok());
    Result<RowMapper> mapper = RowMapper::Make({}, *source);
    EXPECT_TRUE(mapper.ok()) << mapper.status().message();
    RunObserver observer;
    Job job;
    job.identity.shard = shard;
    job.map = [&](RawRow raw) { return mapper->Map(std::move(raw)); };
    Result<DryRunReport> report = DryRun(Judge(), job, *source, observer);
    EXPECT_TRUE(report.ok()) << report.status().message();
    return *report;
  }

  testing::TempDir folder_;
  std::vector<std::string> scored_;
  int64_t computed_ = 0;
  double now_ = 5;
  double slowness_ = 1;
};

std::string Row(const std::string& question, const std::string& response1 = "a") {
  return R"({"question":")" + question + R"(","response1":")" + response1 +
         R"(","response2":"b"})" + "\n";
}

TEST_F(DryRunTest, CountsEveryRow) {
  const DryRunReport report = Try(Row("qq") + "not JSON\n" + Row(std::string(49, 'x')) + Row("!") +
                                  Row("q", "~") + Row(std::string(60, 'x')) + "{}\n");
  EXPECT_EQ(report.rows, 7);
  EXPECT_EQ(report.files, 1);
  EXPECT_EQ(report.failed_rows(), 4);
  EXPECT_EQ(report.errors.at("too_long").rows, 2);
  EXPECT_THAT(report.errors.at("too_long").first,
              ElementsAre(folder_ / "rows" + " row 3: 51 tokens, limit 50",
                          folder_ / "rows" + " row 6: 51 tokens, limit 50"));
  EXPECT_EQ(report.errors.at("invalid_json").rows, 1);
  EXPECT_EQ(report.flagged, 1);
  EXPECT_EQ(report.shortened, 1);
  EXPECT_EQ(report.pairs, 3);
  EXPECT_EQ(report.prompts, 6);
  EXPECT_EQ(report.tokens, 20);
  EXPECT_EQ(report.computed, 10);
  EXPECT_EQ(report.longest, 4);
}

TEST_F(DryRunTest, ShowsAFewErrorsOfEachKind) {
  std::string rows = Row("q");
  for (int i = 0; i < 9; ++i) rows += "not JSON\n";
  const DryRunReport report = Try(rows);
  EXPECT_EQ(report.errors.at("invalid_json").rows, 9);
  EXPECT_EQ(report.errors.at("invalid_json").first.size(), 3u);
}

TEST_F(DryRunTest, MeasuresForAboutTenSeconds) {
  std::string rows;
  for (int i = 0; i < 300; ++i) rows += Row("twenty characters in " + std::to_string(i % 10));
  const DryRunReport report = Try(rows);  // 0.24 s a pair; the first is not counted
  EXPECT_EQ(report.measured_pairs, 45);
  EXPECT_NEAR(report.measured_seconds, 10.8, 1e-6);
  EXPECT_EQ(report.measured_tokens, 45 * 24);
  EXPECT_EQ(scored_.size(), 46u);
  EXPECT_EQ(report.pairs, 300);
}

TEST_F(DryRunTest, AShortInputAndASlowModelAreMeasuredAsFarAsTheyGo) {
  EXPECT_EQ(Try(Row("q") + Row("r") + Row("s")).measured_pairs, 2);
  EXPECT_EQ(Try("not JSON\n" + Row("q")).measured_pairs, 0);
  EXPECT_EQ(Try(Row("q")).measured_tokens, 0);
  slowness_ = 1000;  // 30 s a pair
  const DryRunReport slow = Try(Row("q") + Row("r"));
  EXPECT_EQ(slow.measured_pairs, 1);
  EXPECT_NEAR(slow.measured_seconds, 30, 1e-6);
}

TEST_F(DryRunTest, OnlyTheShardsRowsCount) {
  std::string rows;
  for (int i = 0; i < 40; ++i) rows += Row("q");
  EXPECT_EQ(Try(rows, {1, 2}).rows, 24);
  EXPECT_EQ(Try(rows, {2, 2}).rows, 16);
}

}  // namespace
}  // namespace gram::jobs
