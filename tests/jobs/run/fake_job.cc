#include "tests/jobs/run/fake_job.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <new>
#include <nlohmann/json.hpp>
#include <thread>

#include "engine/base/status.h"
#include "jobs/formats/row_mapper.h"
#include "jobs/run/answers.h"
#include "jobs/verdicts/schema.h"
#include "tests/testing/temp_dir.h"

namespace gram::jobs {
namespace {

Result<Verdict> FakeVerdict(const PairView& pair, bool heals) {
  if (pair.response1 == "too long" && !heals) return TooLong("the prompt is too long");
  const size_t hash =
      std::hash<std::string>()(std::string(pair.question) + "|" + std::string(pair.response1));
  Verdict verdict;
  verdict.score_response1 = static_cast<double>(hash % 1001) / 1000;
  verdict.score_response2 = 1 - verdict.score_response1;
  verdict.response1_is_better = verdict.score_response1 > verdict.score_response2;
  verdict.order_gap = static_cast<double>(hash % 97) / 97;
  verdict.orders_agree = hash % 3 != 0;
  for (int i = 0; i < 2; ++i) verdict.orders[i] = {i + 1, 1.5F, -0.5F, static_cast<int>(hash % 50)};
  return verdict;
}

}  // namespace

std::string FakeRows(int rows) {
  std::string text;
  for (int i = 1; i <= rows; ++i) {
    if (i % 37 == 0) {
      text += "not JSON\n";
      continue;
    }
    const std::string number = std::to_string(i);
    text += R"({"id":"r)" + number + R"(","question":"q)" + std::to_string(i / 4) +
            R"(","response1":")" + (i % 41 == 0 ? "too long" : "a" + number) +
            R"(","response2":"b","label":)" + (i % 11 == 0 ? "\"tie\"" : "\"A\"") + "}\n";
  }
  return text;
}

Result<RunEnd> RunFake(const FakeRun& run) {
  GRAM_ASSIGN_OR_RETURN(RowSource source, RowSource::Open(run.inputs));
  GRAM_ASSIGN_OR_RETURN(RowMapper mapper, RowMapper::Make({}, source));
  const Schema schema = ParseSchema(run.schema).value_or(Schema::kGramCpu);
  std::atomic<bool> stop = false;
  int64_t scored = 0;
  const auto score = [&](const std::vector<PairView>& pairs) {
    run.before_window(scored, stop);
    std::vector<Result<Verdict>> verdicts;
    for (const PairView& pair : pairs) {
      const auto number = scored + static_cast<int64_t>(verdicts.size());
      const bool fails = run.fails_at >= 0 && number >= run.fails_at;
      verdicts.push_back(fails ? Result<Verdict>(run.failure) : FakeVerdict(pair, run.heals));
    }
    if (run.row_time.count() > 0) std::this_thread::sleep_for(run.row_time * pairs.size());
    scored += static_cast<int64_t>(pairs.size());
    return verdicts;
  };
  Job job;
  job.identity = {"score", {{"isa", run.isa, "--isa"}, {"schema", run.schema, "--schema"}}, {}, {}};
  job.identity.shard = run.shard;
  job.map = [&](RawRow raw) {
    if (raw.number == run.unreadable_row) throw std::bad_alloc();
    InputRow row = mapper.Map(std::move(raw));
    if (!row.error) row.error = CheckSchema(schema, row);
    return row;
  };
  job.answer = [&](std::span<const InputRow> rows, const std::atomic<bool>&) {
    return VerdictLines(schema, rows, score(PairsOf(rows)));
  };
  job.checkpoint_every = run.checkpoint_every;
  job.pack = run.pack;
  RunObserver silent;
  return RunJob(run.options, job, source, silent, stop);
}

FakeRun MakeRun(const std::string& input, const std::string& output) {
  FakeRun run;
  run.inputs = {input};
  run.options.output = output;
  return run;
}

std::string WholeOutput(FakeRun run, const std::string& folder, const std::string& suffix) {
  run.options = {};
  run.options.output = folder + "/whole" + suffix;
  run.options.force = true;
  run.row_time = {};
  const Result<RunEnd> end = RunFake(run);
  return end.ok() ? testing::ReadBytes(run.options.output) : end.status().message();
}

std::string LastingManifest(const std::string& output) {
  auto manifest = nlohmann::ordered_json::parse(testing::ReadBytes(output + ".run.json"));
  manifest.erase("run");
  return manifest.dump(1);
}

int RunAndKill(const std::function<int()>& body, std::chrono::microseconds delay) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(body());
  const auto deadline = std::chrono::steady_clock::now() + delay;
  int status = 0;
  while (::waitpid(child, &status, WNOHANG) == 0) {
    if (std::chrono::steady_clock::now() >= deadline) {
      ::kill(child, SIGKILL);
      ::waitpid(child, &status, 0);
      break;
    }
    std::this_thread::sleep_for(std::chrono::microseconds(100));
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

}  // namespace gram::jobs
