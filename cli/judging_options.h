// The options of every verb that judges: which model runs, what it is asked and how the answer is
// read.
#ifndef GRAM_CLI_JUDGING_OPTIONS_H_
#define GRAM_CLI_JUDGING_OPTIONS_H_

#include <CLI/CLI.hpp>
#include <cstddef>
#include <optional>
#include <string>

#include "cli/engine_options.h"
#include "gram/options.h"
#include "gram/status.h"

namespace gram::cli {

struct JudgingOptions {
  EngineOptions engine;
  std::string protocol = "card";
  std::string scoring = "average";
  std::string prompt_file;
  std::string truncate = "never";
  size_t max_tokens = 0;    ///< 0: the model's
  size_t batch_tokens = 0;  ///< 0: the engine's default
  bool no_share = false;
  bool parse_special = false;
};

/// Adds the engine's options, --protocol, --scoring, --prompt, --truncate, --max-tokens,
/// --batch-tokens,
/// --no-share
/// and --parse-special to `app`; `options` must outlive it.
void AddJudgingOptions(CLI::App& app, JudgingOptions& options);

/// Why rows cannot be judged: no model is named. A toy is not to judge somebody's data unasked.
std::optional<std::string> CheckModelForRows(const JudgingOptions& options);

JudgeOptions ToJudgeOptions(const JudgingOptions& options);

/// The library's options, the prompt file's text included. Errors: ReadWholeFile's;
/// the prompt is of at most 1 MiB.
Result<ScoreOptions> ToScoreOptions(const JudgingOptions& options);

}  // namespace gram::cli

#endif  // GRAM_CLI_JUDGING_OPTIONS_H_
