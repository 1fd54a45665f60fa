// The rows of `gram-cpu score`, which `filter --model` scores, too.
#ifndef GRAM_CLI_CMD_SCORE_H_
#define GRAM_CLI_CMD_SCORE_H_

#include <string>

#include "cli/input_options.h"
#include "cli/judging.h"
#include "cli/run_job.h"

namespace gram::cli {

/// What decides how rows are scored.
struct ScoreRowsOptions {
  JudgingOptions judging;
  InputOptions input;
  JobOptions job;
  std::string schema = "gram-cpu";
  std::string calibration;     ///< path of what calibrate wrote; empty: none
  bool sampled_pairs = false;  ///< jobs::KeepSampledPairs
};

/// Scores the rows of options.input as a job and says how it ended. Returns the exit code.
int ScoreRows(ReadyJudge& ready, const ScoreRowsOptions& options);

}  // namespace gram::cli

#endif  // GRAM_CLI_CMD_SCORE_H_
