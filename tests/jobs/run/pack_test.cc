// Outputs that are made of the lines once all are there.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "engine/base/status.h"
#include "tests/jobs/run/run_fixture.h"

namespace gram::jobs {
namespace {

using ::testing::HasSubstr;

// Packs lines as their number.
Result<bool> CountLines(const std::string& lines, const std::string& to, const std::atomic<bool>&) {
  const std::string text = testing::ReadBytes(lines);
  testing::WriteBytes(to, std::to_string(std::count(text.begin(), text.end(), '\n')));
  return true;
}

class PackTest : public RunTest {
 protected:
  FakeRun Packed() {
    FakeRun run = Resumed();
    run.pack = CountLines;
    return run;
  }

  std::string Output() const { return testing::ReadBytes(output_); }
  bool Exists(const std::string& suffix) const { return std::filesystem::exists(output_ + suffix); }
};

TEST_F(PackTest, ARunThatIsInterruptedGoesOnFromItsLines) {
  Interrupt(Packed(), 300);
  EXPECT_TRUE(Exists(".partial"));
  EXPECT_FALSE(Exists(""));
  const Result<RunEnd> end = RunFake(Packed());
  ASSERT_TRUE(end.ok() && end->complete);
  EXPECT_EQ(Output(), std::to_string(kRows));
  EXPECT_FALSE(Exists(".partial") || Exists(".packing"));
  const Result<RunEnd> again = RunFake(Packed());
  ASSERT_TRUE(again.ok()) << again.status().message();
  EXPECT_TRUE(again->was_complete);
  EXPECT_EQ(again->totals.rows, kRows);
}

TEST_F(PackTest, LinesStayWhereTheyCouldNotBePacked) {
  FakeRun run = Packed();
  run.pack = [](const auto&, const auto&, const auto&) -> Result<bool> { return false; };
  const Result<RunEnd> stopped = RunFake(run);
  ASSERT_TRUE(stopped.ok() && !stopped->complete && stopped->resumable);
  run.pack = [](const auto&, const auto&, const auto&) -> Result<bool> {
    return IoError("the disk is full");
  };
  EXPECT_THAT(Error(run), HasSubstr("the disk is full; 1000 rows are done"));
  ASSERT_TRUE(RunFake(Packed()).ok());
  EXPECT_EQ(Output(), std::to_string(kRows));
}

// A crash between the output's rename and the manifest that tells of it.
TEST_F(PackTest, ACrashBehindTheRenameIsSettledByTheLines) {
  FakeRun run = Packed();
  std::string lines;
  run.pack = [&](const std::string& from, const std::string& to, const std::atomic<bool>& stop) {
    lines = testing::ReadBytes(from);
    return CountLines(from, to, stop);
  };
  ASSERT_TRUE(RunFake(run).ok());
  nlohmann::json manifest = nlohmann::json::parse(testing::ReadBytes(output_ + ".run.json"));
  manifest["state"] = "running";
  testing::WriteBytes(output_ + ".run.json", manifest.dump());
  testing::WriteBytes(output_ + ".partial", lines);
  const Result<RunEnd> end = RunFake(Packed());
  ASSERT_TRUE(end.ok()) << end.status().message();
  EXPECT_TRUE(end->was_complete);
  EXPECT_EQ(end->totals.rows, kRows);
  EXPECT_EQ(State(), "complete");
  EXPECT_FALSE(Exists(".partial"));
}

TEST_F(PackTest, WhatIsNoFileTakesLinesAlone) {
  FakeRun run = Packed();
  run.options = {};
  run.options.output = "/dev/null";
  EXPECT_THAT(Error(run), HasSubstr("/dev/null is not a regular file"));
}

}  // namespace
}  // namespace gram::jobs
