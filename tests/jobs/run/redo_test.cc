// Redoing the rows that failed.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include "tests/jobs/run/run_fixture.h"

namespace gram::jobs {
namespace {

using ::testing::HasSubstr;
using ::testing::UnorderedElementsAre;

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
  run.before_window = [&](int64_t rows) { scored = rows; };
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
  run.before_window = [](int64_t scored) {
    if (scored >= 5) ::raise(SIGTERM);
  };
  const Result<RunEnd> end = RunFake(run);
  ASSERT_TRUE(end.ok());
  EXPECT_FALSE(end->complete);
  EXPECT_EQ(end->totals.rows, kRows);
  EXPECT_THAT(end->way_on, HasSubstr("--retry-failed"));
  EXPECT_TRUE(testing::ReadBytes(output_) == before);
  EXPECT_TRUE(RunFake(Resumed())->was_complete) << "the old output is as complete as before";
  int64_t most = 0;
  run.before_window = [&](int64_t scored) { most = scored; };
  EXPECT_TRUE(RunFake(run)->complete);
  EXPECT_LT(most, kRows / 41 - 4) << "redone twice";
  EXPECT_TRUE(testing::ReadBytes(output_) == whole);
}

}  // namespace
}  // namespace gram::jobs
