// The options that say where a job writes, which rows are its, and how it starts: for every verb
// that answers rows.
#ifndef GRAM_CLI_JOB_JOB_OPTIONS_H_
#define GRAM_CLI_JOB_JOB_OPTIONS_H_

#include <CLI/CLI.hpp>
#include <optional>
#include <string>

#include "cli/job/shard.h"
#include "gram/status.h"

namespace gram::cli {

/// What the user typed.
struct JobOptions {
  std::string output = "-";
  std::string shard;  ///< empty: not given
  bool resume = false;
  bool retry_failed = false;
  bool force = false;
  bool quiet = false;
};

/// Adds --output, --shard, --resume, --retry-failed, --force and --quiet to `app`; `options` must
/// outlive it.
void AddJobOptions(CLI::App& app, JobOptions& options);

/// What is wrong with the options, or nothing.
std::optional<std::string> CheckJobOptions(const JobOptions& options);

/// The shard that the options, or for "auto" the environment, ask for. Errors: kInvalidArgument.
Result<Shard> ChooseShard(const JobOptions& options, const Environment& environment);

}  // namespace gram::cli

#endif  // GRAM_CLI_JOB_JOB_OPTIONS_H_
