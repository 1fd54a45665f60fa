#include "cli/run_job.h"

#include <cstdlib>
#include <string>
#include <utility>

#include "cli/exit.h"
#include "cli/output/job_text.h"
#include "cli/output/progress.h"
#include "cli/row_keeper.h"
#include "cli/signals.h"
#include "jobs/io/count_text.h"
#include "jobs/run/command_line.h"
#include "jobs/run/output_paths.h"

namespace gram::cli {
namespace {

int Report(const jobs::RunEnd& end, const JobOptions& options, const std::string& verb) {
  if (!end.complete) {
    Say("interrupted: " + end.way_on);
    return end.resumable ? kExitInterrupted : kExitFailed;
  }
  if (end.was_complete && !options.quiet) {
    Say(options.output + " is complete already: " + jobs::Counted(end.totals.rows, "row"));
  }
  if (!options.quiet) {
    for (const std::string& line : TotalsText(end.totals, verb)) Say(line);
  }
  const int64_t failed = end.totals.failed_rows();
  if (failed == 0) return kExitOk;
  Say(jobs::Grouped(failed) + " of " + jobs::Counted(end.totals.rows, "row") +
      " could not be scored; " + (failed == 1 ? "its line holds" : "their lines hold") +
      " an error object");
  return kExitRowErrors;
}

// Rows that a run to a file has answered are in its journal, whatever ends the process.
std::string WayOnAfterCut(const JobOptions& options, const jobs::Shard& shard,
                          const jobs::RowSource& source) {
  const Result<bool> direct = jobs::IsDirectOutput(options.output);
  if (!direct.ok() || *direct) return "";
  for (const jobs::InputFile& file : source.files()) {
    if (!file.regular()) return "";
  }
  const char* option = options.retry_failed ? "--retry-failed" : "--resume";
  return ", then go on with: " + jobs::CommandWith(jobs::OwnCommandLine(), option, shard);
}

}  // namespace

int RunJobOfVerb(const JobOptions& options, jobs::Job job, jobs::RowSource& source) {
  const Result<jobs::Shard> shard = jobs::ChooseShard(options.shard, ::getenv);
  if (!shard.ok()) return FailUsage(job.identity.verb, shard.status().message());
  job.identity.shard = *shard;
  SetWayOnAfterCut(WayOnAfterCut(options, *shard, source));
  const std::string verb = job.identity.verb;
  RowKeeper keeper(options);
  if (!keeper.setting().empty()) {
    job.identity.settings.push_back({"keep", keeper.setting(), "--keep"});
  }
  job.map = keeper.Map(std::move(job.map));
  const Result<jobs::RunEnd> end = [&] {
    Progress progress(!options.quiet);
    return jobs::RunJob(options, std::move(job), source, progress);
  }();
  keeper.SayWhatIsMissing();
  return end.ok() ? Report(*end, options, verb) : Fail(end.status());
}

}  // namespace gram::cli
