// Runs a verb's job and says on standard error how it ended.
#ifndef GRAM_CLI_RUN_JOB_H_
#define GRAM_CLI_RUN_JOB_H_

#include "cli/job_options.h"
#include "jobs/io/row_source.h"
#include "jobs/run/job.h"

namespace gram::cli {

/// Fills in the shard and what --keep keeps, runs `job` on the rows of `source`, shows its progress
/// unless it is to be quiet, and says how it ended and how to go on. Gives the exit code.
int RunJobOfVerb(const JobOptions& options, jobs::Job job, jobs::RowSource& source);

}  // namespace gram::cli

#endif  // GRAM_CLI_RUN_JOB_H_
