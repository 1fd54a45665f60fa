// How a run starts, goes on and redoes what failed, and what is refused.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "tests/jobs/run/run_fixture.h"

namespace gram::jobs {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;
using ::testing::UnorderedElementsAre;

TEST_F(RunTest, LeavesTheOutputAndItsManifestAndNothingElse) {
  const Result<RunEnd> end = RunFake(Make());
  ASSERT_TRUE(end.ok()) << end.status().message();
  EXPECT_TRUE(end->complete);
  EXPECT_EQ(end->totals.rows, kRows);
  EXPECT_EQ(end->totals.failed.at("invalid_json"), kRows / 37);
  EXPECT_EQ(end->totals.failed.at("too_long"), kRows / 41);
  EXPECT_THAT(folder_.Names(), UnorderedElementsAre("in", "out", "out.run.json"));
  const auto manifest = nlohmann::json::parse(testing::ReadBytes(output_ + ".run.json"));
  EXPECT_EQ(manifest["state"], "complete");
  EXPECT_EQ(manifest["rows"], kRows);
  EXPECT_EQ(manifest["failed"]["too_long"], kRows / 41);
  EXPECT_EQ(manifest["totals"]["labelled"].get<int>() + manifest["totals"]["label_ties"].get<int>(),
            kRows - kRows / 37 - kRows / 41);
  EXPECT_EQ(manifest["inputs"][0]["bytes"], std::filesystem::file_size(folder_ / "in"));
}

TEST_F(RunTest, AnInterruptedRunGoesOnWhereItStopped) {
  const std::string whole = WholeOutput(Make(), folder_.path());
  Interrupt(Make(), 300);
  EXPECT_EQ(State(), "interrupted");
  EXPECT_FALSE(std::filesystem::exists(output_));
  const std::string journal = testing::ReadBytes(output_ + ".partial");
  EXPECT_EQ(journal, whole.substr(0, journal.size()));

  FakeRun run = Resumed();
  int64_t most = 0;
  run.before_window = [&](int64_t scored, std::atomic<bool>&) { most = scored; };
  EXPECT_TRUE(RunFake(run)->complete);
  EXPECT_LE(most, kRows - 300) << "rows were scored twice";
  EXPECT_TRUE(testing::ReadBytes(output_) == whole);
  EXPECT_EQ(LastingManifest(output_), LastingManifest(folder_ / "whole"));
  EXPECT_FALSE(std::filesystem::exists(output_ + ".partial"));
}

TEST_F(RunTest, ResumeStartsWhereThereIsNothing) {
  EXPECT_TRUE(RunFake(Resumed())->complete);
  const Result<RunEnd> again = RunFake(Resumed());
  ASSERT_TRUE(again.ok());
  EXPECT_TRUE(again->complete);
  EXPECT_TRUE(again->was_complete);
  EXPECT_EQ(again->totals.rows, kRows);
  EXPECT_EQ(again->totals.failed_rows(), kRows / 37 + kRows / 41);
}

TEST_F(RunTest, WhatIsThereIsNotTouchedUnasked) {
  for (const char* name : {"out", "out.partial", "out.run.json"}) {
    testing::WriteBytes(folder_ / name, "mine");
    EXPECT_THAT(Error(Make()), AllOf(StartsWith(folder_ / name + " exists"), HasSubstr("--resume"),
                                     HasSubstr("--force")));
    EXPECT_EQ(testing::ReadBytes(folder_ / name), "mine");
    EXPECT_THAT(folder_.Names(), UnorderedElementsAre("in", name));
    FakeRun forced = Make();
    forced.options.force = true;
    EXPECT_TRUE(RunFake(forced)->complete);
    for (const char* left : {"out", "out.run.json"}) std::filesystem::remove(folder_ / left);
  }
  testing::WriteBytes(output_, "");  // as mktemp makes it
  EXPECT_TRUE(RunFake(Make())->complete);
}

TEST_F(RunTest, ResumeRefusesWhatIsOfNoKnownRun) {
  testing::WriteBytes(output_, "mine");
  EXPECT_THAT(Error(Resumed()), HasSubstr("has no manifest"));
  std::filesystem::rename(output_, output_ + ".partial");
  EXPECT_THAT(Error(Resumed()), HasSubstr("has no manifest"));
  testing::WriteBytes(output_ + ".run.json", "{}");
  EXPECT_THAT(Error(Resumed()), HasSubstr("is not the manifest of a run"));
  EXPECT_EQ(testing::ReadBytes(output_ + ".partial"), "mine");
}

TEST_F(RunTest, ResumeRefusesAManifestWhoseRowsAreGone) {
  Interrupt(Make(), 100);
  std::filesystem::remove(output_ + ".partial");
  EXPECT_THAT(Error(Resumed()), AllOf(HasSubstr("neither"), HasSubstr("--force")));
}

TEST_F(RunTest, ResumeRefusesAnotherRun) {
  Interrupt(Make(), 100);
  const std::string journal = testing::ReadBytes(output_ + ".partial");
  FakeRun run = Resumed();
  run.isa = "other";
  EXPECT_THAT(Error(run),
              HasSubstr("one file: isa is other, but was fake (to continue: --isa fake); g"));
  run = Resumed();
  run.schema = "gram";
  EXPECT_THAT(Error(run), HasSubstr("schema is gram, but was gram-cpu"));
  run = Resumed();
  run.shard = {2, 3};
  EXPECT_THAT(Error(run), HasSubstr("shard is 2/3, but was 1/1"));
  run = Resumed();
  testing::WriteBytes(folder_ / "in2", FakeRows(10));
  run.inputs.push_back(folder_ / "in2");
  EXPECT_THAT(Error(run), HasSubstr("number of inputs is 2, but was 1"));
  testing::WriteBytes(folder_ / "in", FakeRows(kRows) + " ");
  EXPECT_THAT(Error(Resumed()), HasSubstr("bytes with checksum"));
  EXPECT_EQ(testing::ReadBytes(output_ + ".partial"), journal);
  EXPECT_EQ(State(), "interrupted");
}

TEST_F(RunTest, AnOutputThatIsALinkReplacesItsTarget) {
  std::filesystem::create_directory(folder_ / "far");
  testing::WriteBytes(folder_ / "far/target", "");
  std::filesystem::create_symlink(folder_ / "far/target", output_);
  EXPECT_TRUE(RunFake(Make())->complete);
  EXPECT_TRUE(std::filesystem::is_symlink(output_));
  EXPECT_GT(std::filesystem::file_size(folder_ / "far/target"), 1000u);
  EXPECT_TRUE(std::filesystem::exists(folder_ / "far/target.run.json"));
}

TEST_F(RunTest, NoRowsMakeAnEmptyOutput) {
  for (const char* suffix : {"", ".gz", ".zst"}) {
    testing::WriteBytes(folder_ / "in", "");
    FakeRun run = MakeRun(folder_ / "in", folder_ / "empty" + suffix);
    EXPECT_TRUE(RunFake(run)->complete);
    run.options.resume = true;
    EXPECT_TRUE(RunFake(run)->was_complete);
  }
  EXPECT_EQ(testing::ReadBytes(folder_ / "empty"), "");
}

// Redoing the rows that failed.
class RedoTest : public RunTest {};

TEST_F(RedoTest, FailedRowsAreRedoneOnRequestAndOthersCopied) {
  FakeRun run = Make();
  run.heals = true;
  const std::string whole = WholeOutput(run, folder_.path());
  run.heals = false;
  ASSERT_TRUE(RunFake(run).ok());
  run.heals = true;
  run.options.resume = true;
  EXPECT_TRUE(RunFake(run)->was_complete) << "not asked to";
  run.options.retry_failed = true;
  int64_t scored = 0;
  run.before_window = [&](int64_t rows, std::atomic<bool>&) { scored = rows; };
  const Result<RunEnd> end = RunFake(run);
  ASSERT_TRUE(end.ok()) << end.status().message();
  EXPECT_EQ(end->totals.failed_rows(), kRows / 37) << "these cannot heal";
  EXPECT_LE(scored, kRows / 41);
  EXPECT_TRUE(testing::ReadBytes(output_) == whole);
  EXPECT_EQ(LastingManifest(output_), LastingManifest(folder_ / "whole"));
  EXPECT_THAT(folder_.Names(),
              UnorderedElementsAre("in", "out", "out.run.json", "whole", "whole.run.json"));
}

TEST_F(RedoTest, RedoingIsInterruptedAndGoesOn) {
  FakeRun run = Make();
  ASSERT_TRUE(RunFake(run).ok());
  const std::string before = testing::ReadBytes(output_);
  run.heals = true;
  const std::string whole = WholeOutput(run, folder_.path());
  run.options.retry_failed = true;
  run.before_window = [](int64_t scored, std::atomic<bool>& stop) {
    if (scored >= 5) stop = true;
  };
  const Result<RunEnd> end = RunFake(run);
  ASSERT_TRUE(end.ok());
  EXPECT_FALSE(end->complete);
  EXPECT_EQ(end->totals.rows, kRows);
  EXPECT_THAT(end->way_on, HasSubstr("--retry-failed"));
  EXPECT_TRUE(testing::ReadBytes(output_) == before);
  EXPECT_TRUE(RunFake(Resumed())->was_complete) << "the old output is as complete as before";
  int64_t most = 0;
  run.before_window = [&](int64_t scored, std::atomic<bool>&) { most = scored; };
  EXPECT_TRUE(RunFake(run)->complete);
  EXPECT_LT(most, kRows / 41 - 4) << "redone twice";
  EXPECT_TRUE(testing::ReadBytes(output_) == whole);
}

}  // namespace
}  // namespace gram::jobs
