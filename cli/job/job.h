// A job: every row of an input answered with one line, in order, whatever happens in between.
#ifndef GRAM_CLI_JOB_JOB_H_
#define GRAM_CLI_JOB_JOB_H_

#include <chrono>
#include <vector>

#include "cli/input/row_source.h"
#include "cli/job/job_options.h"
#include "cli/job/job_rows.h"
#include "cli/job/manifest.h"
#include "cli/job/row_loop.h"
#include "cli/output/progress.h"

namespace gram::cli {

/// What a verb brings to its job.
struct Job {
  RunIdentity identity;        ///< verb and settings; inputs and shard are filled in
  std::vector<Setting> facts;  ///< for the manifest: see RunHistory
  RowMap map;                  ///< a row that cannot be answered gets its error here
  RowAnswer answer;
  /// What a power failure can cost at most, beside the window in flight.
  std::chrono::milliseconds checkpoint_every = std::chrono::seconds(5);
};

/// Runs `job` on the rows of `source` (docs/jobs.md): to a regular file with journal, manifest and
/// resume, to anything else as it goes. Says on standard error how it ended and how to go on. Gives
/// the exit code.
int RunJob(const JobOptions& options, Job job, RowSource& source, Progress& progress);

}  // namespace gram::cli

#endif  // GRAM_CLI_JOB_JOB_H_
