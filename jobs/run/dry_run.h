// What `score` would do with an input, found out without doing it: rows, errors, tokens, hours.
#ifndef GRAM_JOBS_RUN_DRY_RUN_H_
#define GRAM_JOBS_RUN_DRY_RUN_H_

#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "gram/judge.h"
#include "jobs/io/row_source.h"
#include "jobs/run/job.h"

namespace gram::jobs {

/// What a dry run needs of a judge, and a clock in seconds.
struct DryRunJudge {
  std::function<Result<PlanSummary>(std::span<const PairView>)> plan;
  std::function<std::vector<Result<Verdict>>(std::span<const PairView>)> score;
  std::function<int64_t()> tokens_computed;
  std::function<double()> seconds;
};

/// Error rows of one code.
struct DryRunErrors {
  int64_t rows = 0;
  std::vector<std::string> first;  ///< of the first few: file, row and message
};

struct DryRunReport {
  int64_t rows = 0;
  int64_t files = 0;
  std::map<std::string, DryRunErrors> errors;  ///< by code
  int64_t flagged = 0;                         ///< rows with a flag, which are scored all the same
  int64_t shortened = 0;                       ///< rows of which an answer is cut
  int64_t pairs = 0;                           ///< to be scored
  int64_t prompts = 0;                         ///< of these
  int64_t tokens = 0;                          ///< of the prompts together
  int64_t computed = 0;                        ///< of these, where shared beginnings count once
  int64_t longest = 0;                         ///< prompt, in tokens
  int64_t measured_pairs = 0;                  ///< scored to learn the speed
  int64_t measured_tokens = 0;                 ///< computed for them
  double measured_seconds = 0;

  int64_t failed_rows() const;
};

/// Reads, maps and plans the rows of a job's shard in the windows that the job takes, and scores
/// the first pairs for about ten seconds, one more to warm up. Errors: those of reading, and of the
/// plan as a whole.
Result<DryRunReport> DryRun(const DryRunJudge& judge, Job& job, RowSource& source,
                            RunObserver& observer);

}  // namespace gram::jobs

#endif  // GRAM_JOBS_RUN_DRY_RUN_H_
