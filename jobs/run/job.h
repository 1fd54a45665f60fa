// A job: every row of an input answered with one line, in order, whatever happens in between.
#ifndef GRAM_JOBS_RUN_JOB_H_
#define GRAM_JOBS_RUN_JOB_H_

#include <chrono>
#include <string>
#include <vector>

#include "jobs/io/row_source.h"
#include "jobs/run/job_rows.h"
#include "jobs/run/manifest.h"
#include "jobs/run/row_loop.h"
#include "jobs/run/run_observer.h"
#include "jobs/run/run_options.h"
#include "jobs/verdicts/totals.h"

namespace gram::jobs {

/// What a verb brings to its job.
struct Job {
  RunIdentity identity;        ///< verb and settings; inputs and shard are filled in
  std::vector<Setting> facts;  ///< for the manifest: see RunHistory
  RowMap map;                  ///< a row that cannot be answered gets its error here
  RowAnswer answer;
  /// What a power failure can cost at most, beside the window in flight.
  std::chrono::milliseconds checkpoint_every = std::chrono::seconds(5);
};

/// How a run ended, if nothing went wrong.
struct RunEnd {
  bool complete = false;      ///< else it was interrupted
  bool was_complete = false;  ///< there was nothing to do
  Totals totals = {};         ///< of the lines on disk
  bool resumable = false;     ///< where it is not complete
  std::string way_on = {};    ///< how to go on, or why that cannot be, for people
};

/// Runs `job` on the rows of `source` (docs/jobs.md): to a regular file with journal, manifest and
/// resume, to anything else as it goes. Errors: those of its parts, with how to go on.
Result<RunEnd> RunJob(const RunOptions& options, Job job, RowSource& source, RunObserver& observer);

}  // namespace gram::jobs

#endif  // GRAM_JOBS_RUN_JOB_H_
