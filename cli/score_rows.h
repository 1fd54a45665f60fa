// The rows of an input through a judge: scored, planned, or explained.
#ifndef GRAM_CLI_SCORE_ROWS_H_
#define GRAM_CLI_SCORE_ROWS_H_

#include "cli/judging.h"
#include "cli/score_options.h"

namespace gram::cli {

/// Scores the rows of options.input as a job; says how it ended. Gives the exit code.
int ScoreRows(ReadyJudge& ready, const ScoreCommandOptions& options);

/// Prints what ScoreRows would do (see DryRun). Gives the exit code that ScoreRows would.
int DryRunScore(ReadyJudge& ready, const ScoreCommandOptions& options);

}  // namespace gram::cli

#endif  // GRAM_CLI_SCORE_ROWS_H_
