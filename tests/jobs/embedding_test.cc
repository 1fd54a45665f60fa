// What a program does that has the library of jobs and no command line, such as a Python package or
// a server: map a row that it holds in memory, run a whole job that can be interrupted and resumed,
// and filter the job's output. The judge is made up.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "jobs/filter/filter_run.h"
#include "jobs/filter/row_editor.h"
#include "jobs/filter/verdict_file.h"
#include "jobs/formats/row_mapper.h"
#include "jobs/io/row_source.h"
#include "jobs/run/answers.h"
#include "jobs/run/job.h"
#include "jobs/run/output_files.h"
#include "jobs/verdicts/schema.h"
#include "tests/testing/temp_dir.h"

namespace gram::jobs {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr int kRows = 500;

std::string PairRow(int number) {
  return R"({"id":"r)" + std::to_string(number) + R"(","prompt":"Say )" + std::to_string(number) +
         R"(","chosen":")" + std::string(static_cast<size_t>(number % 10), 'a') +
         R"(","rejected":"aaaaa"})";
}

// The longer answer is the better one.
std::vector<Result<Verdict>> Judge(const std::vector<PairView>& pairs) {
  std::vector<Result<Verdict>> verdicts;
  for (const PairView& pair : pairs) {
    Verdict verdict;
    verdict.margin =
        static_cast<double>(pair.response1.size()) - static_cast<double>(pair.response2.size());
    verdict.score_response1 = verdict.margin > 0 ? 0.75 : verdict.margin < 0 ? 0.25 : 0.5;
    verdict.score_response2 = 1 - verdict.score_response1;
    verdict.response1_is_better = verdict.margin > 0;
    verdict.orders_agree = true;
    verdicts.emplace_back(verdict);
  }
  return verdicts;
}

class EmbeddingTest : public ::testing::Test {
 protected:
  EmbeddingTest() {
    std::string rows;
    for (int i = 0; i < kRows; ++i) rows += PairRow(i) + "\n";
    testing::WriteBytes(input_, rows);
  }

  // Scores input_ into `output` and stops after `stop_after` rows or a few more.
  Result<RunEnd> Score(const RunOptions& options, int64_t stop_after = kRows + 1) {
    RowSource source = RowSource::Open({input_}).value();
    RowMapper mapper = RowMapper::Make({}, source).value();
    std::atomic<bool> stop = false;
    int64_t answered = 0;
    Job job;
    job.identity.verb = "score";
    job.identity.settings = {{"judge", "the longer answer"}};
    job.map = [&](RawRow raw) { return mapper.Map(std::move(raw)); };
    job.answer = [&](std::span<const InputRow> rows, const std::atomic<bool>&) {
      answered += static_cast<int64_t>(rows.size());
      if (answered > stop_after) stop = true;
      return VerdictLines(Schema::kGramCpu, rows, Judge(PairsOf(rows)));
    };
    RunObserver observer;
    return RunJob(options, job, source, observer, stop);
  }

  // Keeps the rows of input_ whose label leads by 2 in `verdicts`.
  Result<FilterCount> Filter(const std::string& verdicts, const std::string& output) {
    RowSource source = RowSource::Open({input_}).value();
    RowMapper mapper = RowMapper::Make({}, source).value();
    RowEditor editor(mapper, "");
    Result<VerdictFile> lines = VerdictFile::Open(verdicts);
    if (!lines.ok()) return lines.status();
    const Result<bool> on_them = lines->AreOn(source.files());
    EXPECT_TRUE(on_them.ok() && *on_them);
    LinesFile kept = LinesFile::Create(output, false).value();
    FilterStreams streams;
    streams.next_verdict = [&](std::string& line) { return lines->Next(line); };
    streams.keep = [&](std::string_view line) { return kept.Write(line); };
    streams.drop = [](std::string_view) { return Status(); };
    streams.done = [](const FilterCount&) {};
    FilterRules rules;
    rules.min_margin = 2;
    const Result<FilterCount> count = FilterRun(rules, {}, mapper, editor).Run(source, streams);
    EXPECT_TRUE(!count.ok() || kept.Commit().ok());
    return count;
  }

  testing::TempDir folder_ = testing::TempDir(testing::MemoryFolder());
  std::string input_ = folder_ / "rows.jsonl";
};

TEST_F(EmbeddingTest, ARowHeldInMemoryIsMappedJudgedAndReadBack) {
  RowSource source = RowSource::Open({input_}).value();
  RowMapper mapper = RowMapper::Make({}, source).value();  // learns the format from the file
  RawRow raw;
  raw.number = raw.file_row = 1;
  raw.text = R"({"id":7,"prompt":"Say it","chosen":"it is","rejected":"no"})";
  const InputRow row = mapper.Map(raw);
  ASSERT_FALSE(row.error) << row.error->message;
  EXPECT_EQ(row.question, "Say it");
  EXPECT_THAT(row.responses, ElementsAre("it is", "no"));
  const RowAnswers answers = VerdictLines(Schema::kGramCpu, {&row, 1}, Judge(PairsOf({&row, 1})));
  ASSERT_EQ(answers.lines.size(), 1u);
  const LineRecord record = LineReader(Schema::kGramCpu).Read(answers.lines[0].text);
  EXPECT_EQ(record.id_json, "7");
  EXPECT_EQ(record.verdicts.at(0).margin, 3);
  EXPECT_EQ(record.verdicts.at(0).correct, true);
}

TEST_F(EmbeddingTest, AJobIsInterruptedResumedAndFiltered) {
  const std::string whole = folder_ / "whole.jsonl";
  ASSERT_TRUE(Score({.output = whole})->complete);
  const std::string output = folder_ / "verdicts.jsonl";
  const Result<RunEnd> stopped = Score({.output = output}, kRows / 2);
  ASSERT_TRUE(stopped.ok()) << stopped.status().message();
  EXPECT_FALSE(stopped->complete);
  EXPECT_TRUE(stopped->resumable);
  EXPECT_LT(stopped->totals.rows, kRows);
  EXPECT_FALSE(std::filesystem::exists(output));
  EXPECT_FALSE(Filter(output, folder_ / "early.jsonl").ok()) << "it is not complete";

  const Result<RunEnd> end = Score({.output = output, .resume = true});
  ASSERT_TRUE(end.ok()) << end.status().message();
  EXPECT_TRUE(end->complete);
  EXPECT_EQ(end->totals.rows, kRows);
  EXPECT_EQ(end->totals.labelled, kRows);
  EXPECT_EQ(end->totals.correct, kRows * 4 / 10) << "answers of six to nine letters";
  EXPECT_TRUE(testing::ReadBytes(output) == testing::ReadBytes(whole));

  const Result<FilterCount> count = Filter(output, folder_ / "kept.jsonl");
  ASSERT_TRUE(count.ok()) << count.status().message();
  EXPECT_EQ(count->rows, kRows);
  EXPECT_EQ(count->kept, kRows * 3 / 10);
  const std::string kept = testing::ReadBytes(folder_ / "kept.jsonl");
  EXPECT_EQ(std::count(kept.begin(), kept.end(), '\n'), count->kept);
  EXPECT_THAT(kept, HasSubstr(R"({"id":"r7","prompt":"Say 7","chosen":"aaaaaaa",)"));
}

// Without a file that is to be complete: lines go where they are wanted as they come.
TEST_F(EmbeddingTest, AJobThatIsStoppedOnItsWayToAPipeSaysSo) {
  const Result<RunEnd> end = Score({.output = "/dev/null"}, kRows / 2);
  ASSERT_TRUE(end.ok()) << end.status().message();
  EXPECT_FALSE(end->complete);
  EXPECT_FALSE(end->resumable);
  EXPECT_LT(end->totals.rows, kRows);
  EXPECT_TRUE(Score({.output = "/dev/null"})->complete);
}

}  // namespace
}  // namespace gram::jobs
