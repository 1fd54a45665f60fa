// Runs of a made-up judge in a folder in memory.
#ifndef GRAM_TESTS_JOBS_RUN_RUN_FIXTURE_H_
#define GRAM_TESTS_JOBS_RUN_RUN_FIXTURE_H_

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "tests/jobs/run/fake_job.h"
#include "tests/testing/temp_dir.h"

namespace gram::jobs {

inline constexpr int kRows = 1000;

class RunTest : public ::testing::Test {
 protected:
  RunTest() { testing::WriteBytes(folder_ / "in", FakeRows(kRows)); }

  FakeRun Make() { return MakeRun(folder_ / "in", output_); }

  FakeRun Resumed() {
    FakeRun run = Make();
    run.options.resume = true;
    return run;
  }

  // Leaves a run behind that was interrupted after `rows` rows or a few more.
  void Interrupt(FakeRun run, int64_t rows) {
    run.before_window = [rows](int64_t scored, std::atomic<bool>& stop) {
      if (scored >= rows) stop = true;
    };
    const Result<RunEnd> end = RunFake(run);
    ASSERT_TRUE(end.ok()) << end.status().message();
    ASSERT_FALSE(end->complete);
    ASSERT_TRUE(end->resumable);
    ASSERT_GE(end->totals.rows, rows);
    ASSERT_LT(end->totals.rows, kRows);
  }

  std::string Error(const FakeRun& run) {
    const Result<RunEnd> end = RunFake(run);
    EXPECT_FALSE(end.ok());
    return end.status().message();
  }

  std::string State() const {
    return nlohmann::json::parse(testing::ReadBytes(output_ + ".run.json"))["state"];
  }

  testing::TempDir folder_ = testing::TempDir(testing::MemoryFolder());
  std::string output_ = folder_ / "out";
};

}  // namespace gram::jobs

#endif  // GRAM_TESTS_JOBS_RUN_RUN_FIXTURE_H_
