#include "jobs/run/job.h"

#include <new>
#include <string>
#include <utility>

#include "engine/base/status.h"
#include "jobs/io/files.h"
#include "jobs/run/job_progress.h"
#include "jobs/run/output_paths.h"
#include "jobs/run/run_to_file.h"

namespace gram::jobs {
namespace {

// Lines are written as they come, and a signal ends the process as it would any filter.
Result<RunEnd> RunDirect(const RunOptions& options, Job& job, RowSource& source,
                         JobProgress& progress) {
  if (options.resume || options.retry_failed) {
    return InvalidArgument("output " + options.output +
                           " is not a regular file and cannot be resumed");
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

}  // namespace

Result<RunEnd> RunJob(const RunOptions& options, Job job, RowSource& source,
                      RunObserver& observer) {
  GRAM_ASSIGN_OR_RETURN(const bool direct, IsDirectOutput(options.output));
  JobProgress progress(observer, source);
  try {
    return direct ? RunDirect(options, job, source, progress)
                  : RunToFile(options, job, source, progress);
  } catch (const std::bad_alloc&) {
    return OutOfMemory("out of memory; give the process more");
  }
}

}  // namespace gram::jobs
