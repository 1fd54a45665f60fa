// From a verb's options to a judge that is ready, and the line that says what it is.
#ifndef GRAM_CLI_OPEN_JUDGE_H_
#define GRAM_CLI_OPEN_JUDGE_H_

#include <string>

#include "cli/judging_options.h"
#include "gram/judge.h"

namespace gram::cli {

/// An open engine and what it is to be asked.
struct ReadyJudge {
  Judge judge;
  ScoreOptions score;
};

/// Reads the prompt file, opens the model (the demo model where none is named) and tries the prompt
/// on a pair without text: a prompt that no pair fits into is found here, once, and not in every
/// row. Errors: one line for people, with a hint where the model is missing.
Result<ReadyJudge> OpenJudge(const JudgingOptions& options);

/// The ISA, and in brackets whose kernel computes where that is a library's.
std::string IsaName(const EngineInfo& info);

/// What has to be known to get the same numbers again, in one line.
std::string Provenance(const ReadyJudge& ready, const JudgingOptions& options);

}  // namespace gram::cli

#endif  // GRAM_CLI_OPEN_JUDGE_H_
