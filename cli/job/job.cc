#include "cli/job/job.h"

#include <cstdlib>
#include <string>
#include <utility>

#include "cli/exit.h"
#include "cli/job/job_progress.h"
#include "cli/job/output_paths.h"
#include "cli/job/run_to_file.h"
#include "cli/output/output_file.h"
#include "engine/base/status.h"

namespace gram::cli {
namespace {

// Lines are written as they come, and a signal ends the process as it would any filter.
Result<RunEnd> RunDirect(const JobOptions& options, Job& job, RowSource& source,
                         JobProgress& progress) {
  if (options.resume || options.retry_failed) {
    return InvalidArgument("output " + options.output +
                           " is no regular file and cannot be gone on with");
  }
  GRAM_ASSIGN_OR_RETURN(OutputFile output, OutputFile::Open(options.output, false, -1));
  JobRows rows(source, job.identity.shard, job.map);
  LineTally tally(SettingValue(job.identity.settings, "schema"));
  RunEnd end;
  const auto write = [&](std::span<const std::string> lines) -> Status {
    std::string text;
    for (const std::string& line : lines) {
      tally.Add(line, end.totals);
      text += line;
    }
    progress.Update(end.totals);
    return output.Write(text);
  };
  const std::atomic<bool> never = false;
  GRAM_ASSIGN_OR_RETURN(end.complete, AnswerRows(rows, job.answer, write, never));
  GRAM_RETURN_IF_ERROR(output.Close());
  progress.Finish(end.totals);
  return end;
}

int Report(const RunEnd& end, const JobOptions& options) {
  if (!end.complete) {
    Say("interrupted: " + end.way_on);
    return end.resumable ? kExitInterrupted : kExitFailed;
  }
  if (end.was_complete && !options.quiet) {
    Say(options.output + " is complete already: " + std::to_string(end.totals.rows) + " rows");
  }
  const int64_t failed = end.totals.failed_rows();
  if (failed == 0) return kExitOk;
  Say(std::to_string(failed) + " of " + std::to_string(end.totals.rows) +
      " rows could not be answered; their lines hold an error object");
  return kExitRowErrors;
}

}  // namespace

int RunJob(const JobOptions& options, Job job, RowSource& source, Progress& display) {
  const Result<Shard> shard = ChooseShard(options, ::getenv);
  if (!shard.ok()) return FailUsage(job.identity.verb, shard.status().message());
  job.identity.shard = *shard;
  const Result<bool> direct = IsDirectOutput(options.output);
  if (!direct.ok()) return Fail(direct.status());
  JobProgress progress(display, source);
  const Result<RunEnd> end = *direct ? RunDirect(options, job, source, progress)
                                     : RunToFile(options, job, source, progress);
  return end.ok() ? Report(*end, options) : Fail(end.status());
}

}  // namespace gram::cli
