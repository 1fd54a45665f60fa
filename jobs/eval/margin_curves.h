// How right verdicts are, by how sure they are.
#ifndef GRAM_JOBS_EVAL_MARGIN_CURVES_H_
#define GRAM_JOBS_EVAL_MARGIN_CURVES_H_

#include <vector>

#include "jobs/eval/diagnostics.h"

namespace gram::jobs {

/// A labelled verdict without its side.
struct LabelledLead {
  double lead = 0;   ///< of the winner, log-odds
  double right = 0;  ///< 1 where the winner is the better answer, 0 where not, 1/2 without a winner
};

/// Fills in `reliability` to `abstention`. A verdict without a winner counts as half right for
/// probabilities, and as wrong in the shares that are right, as everywhere.
void AddMarginCurves(std::vector<LabelledLead> leads, Diagnostics& found);

}  // namespace gram::jobs

#endif  // GRAM_JOBS_EVAL_MARGIN_CURVES_H_
