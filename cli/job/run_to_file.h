// A job that writes a regular file: one that is complete when it is there.
#ifndef GRAM_CLI_JOB_RUN_TO_FILE_H_
#define GRAM_CLI_JOB_RUN_TO_FILE_H_

#include <string>

#include "cli/input/row_source.h"
#include "cli/job/job.h"
#include "cli/job/job_progress.h"
#include "cli/job/totals.h"
#include "gram/status.h"

namespace gram::cli {

/// How a run ended, if nothing went wrong.
struct RunEnd {
  bool complete = false;      ///< else it was interrupted
  bool was_complete = false;  ///< there was nothing to do
  Totals totals = {};         ///< of the lines on disk
  bool resumable = false;     ///< where it is not complete
  std::string way_on = {};    ///< how to go on, or why that cannot be, for people
};

/// Runs `job`, whose shard is chosen, on the rows of `source` and writes options.output. Errors:
/// kInvalidArgument (see ChooseStart, CheckSameRun and OutputLock), and those of reading and
/// writing; all rows before the fault are on disk, and the message says how to go on.
Result<RunEnd> RunToFile(const JobOptions& options, Job& job, RowSource& source,
                         JobProgress& progress);

}  // namespace gram::cli

#endif  // GRAM_CLI_JOB_RUN_TO_FILE_H_
