// The job of a verb that answers rows: the options that say where it writes, which rows it takes
// and how it starts; how it is run, or only estimated, and what is said of its end.
#ifndef GRAM_CLI_RUN_JOB_H_
#define GRAM_CLI_RUN_JOB_H_

#include <CLI/CLI.hpp>
#include <optional>
#include <string>
#include <vector>

#include "cli/judging.h"
#include "jobs/io/row_source.h"
#include "jobs/run/job.h"

namespace gram::cli {

/// What the user typed.
struct JobOptions : jobs::RunOptions {
  std::string shard;              ///< empty: not given
  std::vector<std::string> keep;  ///< fields, or lists of them: "a,b"; or "all"
  bool quiet = false;
};

/// Adds --output, --shard, --keep, --resume, --retry-failed, --force and --quiet to `app`;
/// `options` must outlive it. `default_output` is what --help says of an output that is not given.
/// See CheckJobOptions for `writes_parquet`.
void AddJobOptions(CLI::App& app, JobOptions& options,
                   const std::string& default_output = "-, standard output",
                   bool writes_parquet = false);

/// What is wrong with the options, or nothing. `writes_parquet`: the verb's output may be Parquet,
/// where the build can write it.
std::optional<std::string> CheckJobOptions(const JobOptions& options, bool writes_parquet = false);

/// Fills in the shard and the fields to keep, runs `job` on the rows of `source`, shows its
/// progress unless it is to be quiet, and says how it ended and how to continue. Returns the exit
/// code. To be called with options that CheckJobOptions agrees to.
int RunJobOfVerb(const JobOptions& options, jobs::Job job, jobs::RowSource& source);

/// Prints what judging the comparisons of all rows, as `job` maps them, would take (see
/// jobs::DryRun). Returns the exit code that the job's verb would.
int DryRunRows(ReadyJudge& ready, const JobOptions& options, jobs::Job job,
               jobs::RowSource& source);

}  // namespace gram::cli

#endif  // GRAM_CLI_RUN_JOB_H_
