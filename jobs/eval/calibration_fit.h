// A calibration learned from verdicts on pairs whose better answer is known.
#ifndef GRAM_JOBS_EVAL_CALIBRATION_FIT_H_
#define GRAM_JOBS_EVAL_CALIBRATION_FIT_H_

#include <cstdint>
#include <optional>
#include <span>

#include "gram/status.h"
#include "jobs/eval/calibration.h"

namespace gram::jobs {

/// A verdict and the truth. The two answers may be exchanged: the margin changes its sign then.
struct LabelledMargin {
  double margin = 0;  ///< log-odds of response 1
  bool first_is_better = true;
};

struct CalibrationOptions {
  std::optional<MarginMap> map;  ///< nothing: the one with the lower cross-validated log-loss
  double max_error = 0.05;
  Guarantee guarantee = Guarantee::kKept;
  uint64_t seed = 1;  ///< of the folds
};

/// Fits both maps to `margins`, which are of rows drawn independently, and compares them by
/// five-fold cross-validation. The temperature is that of maximum likelihood; the isotonic map
/// keeps 1 / (n + 2) away from 0 and 1, so that no verdict is certain. Errors: kInvalidArgument
/// where there is nothing to learn from: no margins, or none of them wrong.
Result<Calibration> FitCalibration(std::span<const LabelledMargin> margins,
                                   const CalibrationOptions& options);

}  // namespace gram::jobs

#endif  // GRAM_JOBS_EVAL_CALIBRATION_FIT_H_
