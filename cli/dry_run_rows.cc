#include "cli/dry_run_rows.h"

#include <chrono>
#include <cstdlib>

#include "cli/dry_run_text.h"
#include "cli/exit.h"
#include "cli/output/progress.h"
#include "cli/row_keeper.h"
#include "jobs/io/files.h"

namespace gram::cli {
namespace {

double MonotonicSeconds() {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration<double>(now).count();
}

}  // namespace

int DryRunRows(const std::string& verb, ReadyJudge& ready, const JobOptions& options,
               jobs::RowSource& source, const jobs::RowMap& map) {
  const Result<jobs::Shard> shard = jobs::ChooseShard(options.shard, ::getenv);
  if (!shard.ok()) return FailUsage(verb, shard.status().message());
  const Judge& judge = ready.judge;
  const jobs::DryRunJudge dry = {
      .plan = [&](std::span<const Pair> pairs) { return judge.Plan(pairs, ready.score); },
      .score = [&](std::span<const Pair> pairs) { return ready.judge.Score(pairs, ready.score); },
      .tokens_computed = [&] { return judge.tokens_computed(); },
      .seconds = MonotonicSeconds};
  RowKeeper keeper(options);
  Result<jobs::DryRunReport> report = [&] {
    Progress progress(!options.quiet);
    return jobs::DryRun(dry, source, *shard, keeper.Map(map), progress);
  }();
  keeper.SayWhatIsMissing();
  if (!report.ok()) return Fail(report.status());
  const auto model_limit = static_cast<size_t>(judge.info().max_tokens);
  const size_t limit = ready.score.max_tokens > 0 ? ready.score.max_tokens : model_limit;
  const Status written =
      jobs::WriteStandardOutput(DryRunText(*report, static_cast<int64_t>(limit)));
  if (!written.ok()) return Fail(written);
  return report->failed_rows() > 0 ? kExitRowErrors : kExitOk;
}

}  // namespace gram::cli
