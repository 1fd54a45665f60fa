// The judge of the verbs that judge: the options that say what it is asked and how its answer is
// read, how it is opened, and what a manifest records of it.
#ifndef GRAM_CLI_JUDGING_H_
#define GRAM_CLI_JUDGING_H_

#include <CLI/CLI.hpp>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "cli/engine_options.h"
#include "gram/judge.h"
#include "gram/options.h"
#include "gram/status.h"
#include "jobs/run/manifest.h"

namespace gram::cli {

/// What the user typed.
struct JudgingOptions {
  EngineOptions engine;
  Protocol protocol = Protocol::kAuto;
  Protocol judge_protocol = Protocol::kCard;  ///< what kAuto is for a judge: the verb's choice
  Scoring scoring = Scoring::kAverage;
  std::string prompt_file;
  std::string labels = "A,B";
  Bos bos = Bos::kOne;
  std::string date;
  Truncate truncate = Truncate::kNever;
  size_t max_tokens = 0;    ///< 0: the model's
  size_t batch_tokens = 0;  ///< 0: the engine's default
  bool no_share = false;
  bool parse_special = false;
};

/// Adds the engine's options, --protocol, --scoring, --prompt, --labels, --bos, --date, --truncate,
/// --max-tokens, --batch-tokens, --no-share and --parse-special to `app`; `options` must outlive
/// it.
void AddJudgingOptions(CLI::App& app, JudgingOptions& options);

/// Why rows cannot be judged: no model is named. A toy must not judge somebody's data unasked.
std::optional<std::string> CheckModelForRows(const JudgingOptions& options);

/// An open engine and what it is to be asked: a protocol other than auto.
struct ReadyJudge {
  Judge judge;
  ScoreOptions score;
};

/// Reads the prompt file (at most 1 MiB), opens the model (the demo model where none is named) and
/// tries the prompt on a pair without text, so that a prompt that no pair fits into is an error
/// here and not in every row. Errors: one line for people, with a hint where the model is missing.
Result<ReadyJudge> OpenJudge(const JudgingOptions& options);

/// What has to be known to get the same numbers again, in one line.
std::string Provenance(const ReadyJudge& ready, const JudgingOptions& options);

/// What a manifest records of the judge: all that a verdict's bits depend on beside its texts.
std::vector<jobs::Setting> JudgingSettings(const ReadyJudge& ready, const JudgingOptions& options);

/// What else is worth knowing of the judge.
std::vector<jobs::Setting> JudgingFacts(const EngineInfo& info);

}  // namespace gram::cli

#endif  // GRAM_CLI_JUDGING_H_
