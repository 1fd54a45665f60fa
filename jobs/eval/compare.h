// Two runs on the same pairs: where they differ, and whether that is more than chance.
#ifndef GRAM_JOBS_EVAL_COMPARE_H_
#define GRAM_JOBS_EVAL_COMPARE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "gram/status.h"
#include "jobs/eval/diagnostics.h"
#include "jobs/eval/eval_run.h"

namespace gram::jobs {

struct RunComparison {
  int64_t pairs = 0;    ///< that both runs have a verdict on
  int64_t changed = 0;  ///< of these, with another winner
  int64_t labelled = 0;
  int64_t both_right = 0;
  int64_t only_first_right = 0;
  int64_t only_second_right = 0;
  int64_t both_wrong = 0;
  double mcnemar_p = 1;          ///< of the two counts in which one alone is right
  Estimate difference;           ///< accuracy of the second less that of the first, pair by pair
  std::vector<PairPlace> flips;  ///< pairs with another winner; those whose margin moved most first
};

/// Compares pair by pair. Errors: kInvalidArgument where the runs are not on the same pairs: other
/// numbers of rows, ids, comparisons or labels; the message names the row.
Result<RunComparison> CompareRuns(const EvalRun& first, const EvalRun& second,
                                  const BootstrapOptions& options);

/// The comparison as indented JSON.
std::string ComparisonJson(const RunComparison& comparison);

}  // namespace gram::jobs

#endif  // GRAM_JOBS_EVAL_COMPARE_H_
