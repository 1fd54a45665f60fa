// The command line of `gram-cpu score`.
#ifndef GRAM_CLI_SCORE_OPTIONS_H_
#define GRAM_CLI_SCORE_OPTIONS_H_

#include <CLI/CLI.hpp>
#include <optional>
#include <string>

#include "cli/engine_options.h"
#include "cli/input/input_options.h"
#include "gram/options.h"

namespace gram::cli {

/// What the user typed. Exactly one of a pair (all three texts) and `input.inputs` is set once
/// CheckScoreOptions has agreed.
struct ScoreCommandOptions {
  EngineOptions engine;
  std::optional<std::string> query;
  std::optional<std::string> response1;
  std::optional<std::string> response2;
  InputOptions input;
  std::optional<std::string> output;
  std::string protocol = "card";
  std::string scoring = "average";
  std::string prompt_file;
  std::string truncate = "never";
  size_t max_tokens = 0;  // 0: the model's
  bool no_share = false;
  bool parse_special = false;
  bool json = false;
  bool force = false;
  bool quiet = false;
};

/// Adds the options to `app`; `options` must outlive it.
void AddScoreOptions(CLI::App& app, ScoreCommandOptions& options);

/// What is wrong with the combination of options, or nothing.
std::optional<std::string> CheckScoreOptions(const ScoreCommandOptions& options);

/// The library's options. The prompt file is not read here.
JudgeOptions ToJudgeOptions(const ScoreCommandOptions& options);
ScoreOptions ToScoreOptions(const ScoreCommandOptions& options);

}  // namespace gram::cli

#endif  // GRAM_CLI_SCORE_OPTIONS_H_
