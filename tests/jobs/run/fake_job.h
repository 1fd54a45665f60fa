// A job whose judge is made up: everything but the model is the real thing, and rows take no time.
#ifndef GRAM_TESTS_JOBS_RUN_FAKE_JOB_H_
#define GRAM_TESTS_JOBS_RUN_FAKE_JOB_H_

#include <atomic>
#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "gram/status.h"
#include "jobs/run/job.h"
#include "jobs/run/shard.h"

namespace gram::jobs {

/// `rows` rows of JSONL: labelled pairs, several in a row with one question, and now and then a row
/// that is not JSON or that FakeRun cannot score ("too long").
std::string FakeRows(int rows);

struct FakeRun {
  std::vector<std::string> inputs;
  RunOptions options;
  Shard shard = {};
  std::string isa = "fake";
  std::string schema = "gram-cpu";
  std::chrono::microseconds row_time{0};
  std::chrono::milliseconds checkpoint_every{5000};
  int64_t fails_at = -1;  ///< the pair after which the judge gives `failure`
  Status failure = {};
  int64_t unreadable_row = -1;  ///< the number of a row that memory does not suffice to read
  bool heals = false;           ///< scores the rows that are too long
  LinePacker pack = {};
  /// Told the pairs scored so far, and given the flag that stops the run.
  std::function<void(int64_t, std::atomic<bool>&)> before_window = [](int64_t, auto&) {};
};

/// Runs it in this process.
Result<RunEnd> RunFake(const FakeRun& run);

/// A run from `input` to `output`.
FakeRun MakeRun(const std::string& input, const std::string& output);

/// The output of a run that nothing disturbed, written to `folder`/whole`suffix`.
std::string WholeOutput(FakeRun run, const std::string& folder, const std::string& suffix = "");

/// The manifest beside `output` without "run", which tells times: the same for the same output.
std::string LastingManifest(const std::string& output);

/// Runs `body` in a child process, which is killed after `delay` unless it has ended by then. Gives
/// the child's exit code, or -1 where it was killed.
int RunAndKill(const std::function<int()>& body, std::chrono::microseconds delay);

}  // namespace gram::jobs

#endif  // GRAM_TESTS_JOBS_RUN_FAKE_JOB_H_
