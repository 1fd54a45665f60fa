// What a job would do with an input, printed without doing it.
#ifndef GRAM_CLI_DRY_RUN_ROWS_H_
#define GRAM_CLI_DRY_RUN_ROWS_H_

#include "cli/job_options.h"
#include "cli/open_judge.h"
#include "jobs/io/row_source.h"
#include "jobs/run/job.h"

namespace gram::cli {

/// Prints what judging the comparisons of all rows, as `job` maps them, would take (see
/// jobs::DryRun). Gives the exit code that the job's verb would.
int DryRunRows(ReadyJudge& ready, const JobOptions& options, jobs::Job job,
               jobs::RowSource& source);

}  // namespace gram::cli

#endif  // GRAM_CLI_DRY_RUN_ROWS_H_
