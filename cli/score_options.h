// The command line of `gram-cpu score`.
#ifndef GRAM_CLI_SCORE_OPTIONS_H_
#define GRAM_CLI_SCORE_OPTIONS_H_

#include <CLI/CLI.hpp>
#include <optional>
#include <string>

#include "cli/input_options.h"
#include "cli/job_options.h"
#include "cli/judging.h"

namespace gram::cli {

/// What the user typed. Exactly one of a pair (all three texts) and `input.inputs` is set once
/// CheckScoreOptions has agreed.
struct ScoreCommandOptions {
  JudgingOptions judging;
  std::optional<std::string> query;
  std::optional<std::string> response1;
  std::optional<std::string> response2;
  InputOptions input;
  JobOptions job;
  std::string schema = "gram-cpu";
  bool json = false;
  bool dry_run = false;
};

/// Adds the options to `app`; `options` must outlive it.
void AddScoreOptions(CLI::App& app, ScoreCommandOptions& options);

/// What is wrong with the combination of options, or nothing.
std::optional<std::string> CheckScoreOptions(const ScoreCommandOptions& options);

}  // namespace gram::cli

#endif  // GRAM_CLI_SCORE_OPTIONS_H_
