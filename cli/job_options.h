// The options that say where a job writes, which rows are its, and how it starts: for every verb
// that answers rows.
#ifndef GRAM_CLI_JOB_OPTIONS_H_
#define GRAM_CLI_JOB_OPTIONS_H_

#include <CLI/CLI.hpp>
#include <optional>
#include <string>
#include <vector>

#include "jobs/run/job.h"

namespace gram::cli {

/// What the user typed.
struct JobOptions : jobs::RunOptions {
  std::string shard;              ///< empty: not given
  std::vector<std::string> keep;  ///< fields, or lists of them: "a,b"; or "all"
  bool quiet = false;
};

/// Adds --output, --shard, --keep, --resume, --retry-failed, --force and --quiet to `app`;
/// `options` must outlive it.
void AddJobOptions(CLI::App& app, JobOptions& options);

/// What is wrong with the options, or nothing.
std::optional<std::string> CheckJobOptions(const JobOptions& options);

}  // namespace gram::cli

#endif  // GRAM_CLI_JOB_OPTIONS_H_
