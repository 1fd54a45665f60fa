// kill -9 at random moments, a few hundred times: the output is that of an undisturbed run.
#include <gtest/gtest.h>

#include <filesystem>
#include <random>

#include "tests/cli/job/fake_job.h"
#include "tests/testing/temp_dir.h"

namespace gram::cli {
namespace {

constexpr int kComplete = 0;
constexpr int kStopped = 1;

class KillTest : public ::testing::TestWithParam<const char*> {
 protected:
  KillTest() { testing::WriteBytes(folder_ / "in", FakeRows(1500)); }

  // Starts the run again and again, each time for up to `longest`, until it is complete. Gives the
  // number of kills.
  int RunToTheEnd(FakeRun run, std::chrono::microseconds longest) {
    std::uniform_int_distribution<int64_t> delay(0, longest.count());
    for (int kills = 0; kills < 5000; ++kills) {
      const auto body = [&] {
        const Result<RunEnd> end = RunFake(run);
        return end.ok() && end->complete ? kComplete : kStopped;
      };
      const int code = RunAndKill(body, std::chrono::microseconds(delay(random_)));
      EXPECT_NE(code, kStopped) << "a resumed run stopped by itself";
      if (code >= 0) return kills;
    }
    ADD_FAILURE() << "no progress";
    return 0;
  }

  testing::TempDir folder_;
  std::mt19937_64 random_{20};
};

TEST_P(KillTest, TheOutputIsThatOfAnUndisturbedRun) {
  const std::string output = folder_ / "out" + GetParam();
  FakeRun run = MakeRun(folder_ / "in", output);
  run.options.resume = true;
  run.row_time = std::chrono::microseconds(30);
  run.checkpoint_every = std::chrono::milliseconds(1);
  const std::string whole = WholeOutput(run, folder_.path(), GetParam());
  int kills = 0;
  for (int round = 0; round < 3; ++round) {
    kills += RunToTheEnd(run, std::chrono::milliseconds(12 + 12 * round));
    EXPECT_TRUE(testing::ReadBytes(output) == whole) << "after " << kills << " kills";
    EXPECT_EQ(LastingManifest(output), LastingManifest(folder_ / "whole" + GetParam()));
    for (const char* left : {".partial", ".retry", ".packing", ".run.json.tmp"}) {
      EXPECT_FALSE(std::filesystem::exists(output + left)) << left;
    }
    std::filesystem::remove(output);
    std::filesystem::remove(output + ".run.json");
  }
  EXPECT_GE(kills, 60);
  RecordProperty("kills", kills);
}

INSTANTIATE_TEST_SUITE_P(Packings, KillTest, ::testing::Values("", ".gz", ".zst"));

TEST_F(KillTest, RedoingFailedRowsCanBeKilled) {
  const std::string output = folder_ / "out";
  FakeRun run = MakeRun(folder_ / "in", output);
  ASSERT_TRUE(RunFake(run).ok());
  const std::string before = testing::ReadBytes(output);
  run.heals = true;
  run.options.retry_failed = true;
  run.row_time = std::chrono::microseconds(300);
  const std::string whole = WholeOutput(run, folder_.path());
  ASSERT_NE(before, whole);
  std::uniform_int_distribution<int64_t> delay(0, 20000);
  int kills = 0;
  for (int code = -1; code < 0 && kills < 5000; ++kills) {
    const auto body = [&] { return RunFake(run).ok() ? kComplete : kStopped; };
    code = RunAndKill(body, std::chrono::microseconds(delay(random_)));
    const std::string now = testing::ReadBytes(output);
    EXPECT_TRUE(now == before || now == whole) << "half redone";
  }
  EXPECT_TRUE(testing::ReadBytes(output) == whole);
  EXPECT_EQ(LastingManifest(output), LastingManifest(folder_ / "whole"));
  EXPECT_GE(kills, 5);
}

}  // namespace
}  // namespace gram::cli
