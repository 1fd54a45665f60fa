// A job that writes a regular file: one that is complete when it is there.
#ifndef GRAM_JOBS_RUN_RUN_TO_FILE_H_
#define GRAM_JOBS_RUN_RUN_TO_FILE_H_

#include "gram/status.h"
#include "jobs/io/row_source.h"
#include "jobs/run/job.h"
#include "jobs/run/job_progress.h"

namespace gram::jobs {

/// Runs `job`, whose shard is chosen, on the rows of `source` and writes options.output. Errors:
/// kInvalidArgument (see ChooseStart, CheckSameRun and OutputLock), and those of reading and
/// writing; all rows before the fault are on disk, and the message says how to go on.
Result<RunEnd> RunToFile(const RunOptions& options, Job& job, RowSource& source,
                         JobProgress& progress);

}  // namespace gram::jobs

#endif  // GRAM_JOBS_RUN_RUN_TO_FILE_H_
