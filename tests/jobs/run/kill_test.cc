// kill -9 at random moments, a few hundred times: the output is that of an undisturbed run.
#include <gtest/gtest.h>

#include <filesystem>
#include <random>

#include "tests/jobs/run/fake_job.h"
#include "tests/testing/emulated.h"
#include "tests/testing/temp_dir.h"

namespace gram::jobs {
namespace {

constexpr int kKills = testing::kSlowBuild ? 10 : 60;  // at least, for each test
constexpr int kRows = testing::kSlowBuild ? 300 : 1500;
constexpr int kMostStarts = 5000;

class KillTest : public ::testing::TestWithParam<const char*> {
 protected:
  KillTest() { testing::WriteBytes(folder_ / "in", FakeRows(kRows)); }

  // Starts the run again and again, each time for up to `longest`, until it is complete; `check` is
  // called after every end. Gives the number of kills. Where that gets nowhere, as in a slow build,
  // the starts are left more and more time.
  int RunToTheEnd(
      const FakeRun& run, std::chrono::microseconds longest,
      const std::function<void()>& check = [] {}) {
    const auto body = [&] {
      const Result<RunEnd> end = RunFake(run);
      return end.ok() && end->complete ? 0 : 1;
    };
    for (int kills = 0; kills < kMostStarts; ++kills) {
      std::uniform_int_distribution<int64_t> delay(0, longest.count() * (1 + kills / 20));
      const int code = RunAndKill(body, std::chrono::microseconds(delay(random_)));
      check();
      EXPECT_NE(code, 1) << "a resumed run stopped by itself";
      if (code >= 0) return kills;
    }
    ADD_FAILURE() << "no progress";
    return kMostStarts;
  }

  testing::TempDir folder_ = testing::TempDir(testing::MemoryFolder());
  std::mt19937_64 random_{20};
};

TEST_P(KillTest, TheOutputIsThatOfAnUndisturbedRun) {
  const std::string output = folder_ / "out" + GetParam();
  FakeRun run = MakeRun(folder_ / "in", output);
  run.options.resume = true;
  run.row_time = std::chrono::microseconds(20);
  run.checkpoint_every = std::chrono::milliseconds(1);
  const std::string whole = WholeOutput(run, folder_.path(), GetParam());
  for (int kills = 0; kills < kKills;) {
    kills += RunToTheEnd(run, std::chrono::milliseconds(9));
    ASSERT_TRUE(testing::ReadBytes(output) == whole) << "after " << kills << " kills";
    ASSERT_EQ(LastingManifest(output), LastingManifest(folder_ / "whole" + GetParam()));
    for (const char* left : {".partial", ".retry", ".packing", ".lock", ".run.json.tmp"}) {
      EXPECT_FALSE(std::filesystem::exists(output + left)) << left;
    }
    std::filesystem::remove(output);
    std::filesystem::remove(output + ".run.json");
  }
}

INSTANTIATE_TEST_SUITE_P(Packings, KillTest, ::testing::Values("", ".gz", ".zst"));

TEST_F(KillTest, AnOutputWhoseFailedRowsAreRedoneIsTheOldOneOrTheNew) {
  const std::string output = folder_ / "out";
  FakeRun run = MakeRun(folder_ / "in", output);
  ASSERT_TRUE(RunFake(run).ok());
  const std::string before = testing::ReadBytes(output);
  const std::string manifest = testing::ReadBytes(output + ".run.json");
  run.heals = true;
  const std::string whole = WholeOutput(run, folder_.path());
  ASSERT_NE(before, whole);
  run.options.retry_failed = true;
  run.row_time = std::chrono::microseconds(500);
  const auto check = [&] {
    const std::string now = testing::ReadBytes(output);
    EXPECT_TRUE(now == before || now == whole);
  };
  for (int kills = 0; kills < kKills;) {
    kills += RunToTheEnd(run, std::chrono::milliseconds(12), check);
    ASSERT_TRUE(testing::ReadBytes(output) == whole) << "after " << kills << " kills";
    ASSERT_EQ(LastingManifest(output), LastingManifest(folder_ / "whole"));
    testing::WriteBytes(output, before);
    testing::WriteBytes(output + ".run.json", manifest);
  }
}

TEST_F(KillTest, AJournalWhoseFailedRowsAreRedone) {
  const std::string output = folder_ / "out";
  FakeRun run = MakeRun(folder_ / "in", output);
  run.heals = true;
  const std::string whole = WholeOutput(run, folder_.path());
  // The first starts fail rows that the later ones, which redo them, do not.
  run.options.resume = true;
  run.row_time = std::chrono::microseconds(20);
  for (int kills = 0; kills < kKills;) {
    FakeRun first = run;
    first.heals = false;
    while (RunAndKill([&] { return RunFake(first).ok() ? 0 : 1; }, std::chrono::milliseconds(8)) >=
           0) {
    }
    FakeRun redo = run;
    redo.options.retry_failed = true;
    redo.row_time = std::chrono::microseconds(60);
    kills += 1 + RunToTheEnd(redo, std::chrono::milliseconds(9));
    ASSERT_TRUE(testing::ReadBytes(output) == whole) << "after " << kills << " kills";
    ASSERT_EQ(LastingManifest(output), LastingManifest(folder_ / "whole"));
    std::filesystem::remove(output);
    std::filesystem::remove(output + ".run.json");
  }
}

}  // namespace
}  // namespace gram::jobs
