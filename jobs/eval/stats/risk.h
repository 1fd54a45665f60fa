// How large a margin has to be for a wanted error rate, with a guarantee that holds for samples of
// any size.
//
// The one assumption of both: the rows that are decided later are drawn as those of the calibration
// were, independently and from the same source.
#ifndef GRAM_JOBS_EVAL_STATS_RISK_H_
#define GRAM_JOBS_EVAL_STATS_RISK_H_

#include <cstdint>
#include <span>
#include <vector>

namespace gram::jobs {

/// A verdict on a pair whose better answer is known.
struct KnownVerdict {
  double lead = 0;  ///< by how much the winner leads: the margin without its sign
  bool wrong = false;
};

/// What happens where verdicts that lead by more than `threshold` count.
struct RiskStep {
  double threshold = 0;
  int64_t kept = 0;   ///< verdicts of the calibration that lead by more
  int64_t wrong = 0;  ///< of these
};

inline constexpr int kRiskSteps = 10;

/// The steps at which a tenth, two tenths, ... all of `verdicts` are about kept: the threshold of
/// step j is the lead with the rank of j tenths of them, the highest first. Empty without verdicts.
std::vector<RiskStep> RiskSteps(std::span<const KnownVerdict> verdicts);

/// The lowest threshold of `steps` with which, at confidence `confidence` over samples, at most
/// `error` of the verdicts that lead by more than it are wrong; infinite where there is none.
///
/// The verdicts above a lead of a fixed rank are independent draws from those above that lead, so
/// the number of wrong ones is binomial; a step is good where BinomialUpperBound at (1 -
/// confidence) / kRiskSteps is at most `error`, so that all bounds hold together (Bonferroni). This
/// is Learn then Test (Angelopoulos, Bates, Candes, Jordan and Lei, 2021, arXiv 2110.01052) for the
/// error rate of selective classification (Geifman and El-Yaniv, NeurIPS 2017).
double ThresholdForKept(std::span<const RiskStep> steps, double error, double confidence = 0.95);

/// The lowest threshold with which, on average over samples, at most `error` of all verdicts lead
/// by more than it and are wrong; infinite where there is none. `wrong_leads`: the leads of the
/// wrong ones among `verdicts` of the calibration, the highest first.
///
/// Conformal risk control (Angelopoulos, Bates, Fisch, Lei and Schuster, ICLR 2024, arXiv
/// 2208.02814, theorem 1) with the loss 1 for a verdict that counts and is wrong, which falls as
/// the threshold rises: the lowest threshold with (losses + 1) / (n + 1) <= error.
double ThresholdForAll(std::span<const double> wrong_leads, int64_t verdicts, double error);

}  // namespace gram::jobs

#endif  // GRAM_JOBS_EVAL_STATS_RISK_H_
