// What a judge's verdicts say about the judge: whether it judges places or lengths instead of
// answers, and how much its margins are worth.
#ifndef GRAM_JOBS_EVAL_DIAGNOSTICS_H_
#define GRAM_JOBS_EVAL_DIAGNOSTICS_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "jobs/eval/eval_run.h"
#include "jobs/eval/scoreboard.h"
#include "jobs/eval/stats/logistic.h"

namespace gram::jobs {

/// One comparison, as its place in EvalRun::rows and in that row.
struct PairPlace {
  size_t row = 0;
  size_t pair = 0;
};

/// Verdicts whose winner has about the same probability.
struct ReliabilityBin {
  double low = 0;  ///< probabilities from here
  double high = 0;
  int64_t count = 0;
  double confidence = 0;  ///< mean probability of the winner
  double accuracy = 0;    ///< how often it is the better one; half where there is no winner
};

/// A tenth of the labelled verdicts, by how much the winner leads.
struct MarginGroup {
  double low = 0;
  double high = 0;
  int64_t count = 0;
  double accuracy = 0;
};

/// What is left where only the verdicts with the largest leads count.
struct KeptPoint {
  double share = 0;     ///< of the labelled verdicts
  double lead = 0;      ///< the smallest that counts
  double accuracy = 0;  ///< of those that count
};

struct Diagnostics {
  int64_t rows = 0;
  std::map<std::string, int64_t> failed;  ///< rows without a verdict, by code
  int64_t pairs = 0;
  int64_t labelled = 0;    ///< pairs whose label prefers an answer
  int64_t label_ties = 0;  ///< pairs whose label is a tie
  int64_t undecided = 0;   ///< verdicts that prefer neither answer
  int64_t tokens = 0;      ///< of all prompts

  Estimate accuracy;    ///< share of labelled verdicts that are right
  Estimate flips;       ///< share of verdicts whose two orders prefer different answers
  Estimate slot_a;      ///< share of prompts that prefer the answer in slot A; 1/2: no bias
  Estimate order_gap;   ///< mean of |p1 - p2|
  Estimate longer;      ///< share of verdicts for the longer answer, of unequal ones
  Estimate if_longer;   ///< accuracy where the better answer is the longer one
  Estimate if_shorter;  ///< where it is the shorter one
  /// Log-odds that response 1 is preferred, for each doubling of its length against response 2's,
  /// with the label held fixed where there is one. Nothing where it cannot be told.
  std::optional<LogisticFit> length_slope;

  std::vector<ReliabilityBin> reliability;  ///< of labelled verdicts, empty bins left out
  double calibration_error = kNotTold;      ///< expected calibration error, of these bins
  double brier = kNotTold;     ///< mean squared distance of the probability from the label
  double log_loss = kNotTold;  ///< mean of -log of the label's probability, in nats
  std::vector<MarginGroup> by_margin;
  std::vector<KeptPoint> abstention;

  std::vector<PairPlace> wrong;     ///< against the label, the surest first
  std::vector<PairPlace> doubtful;  ///< the smallest leads first
  std::vector<PairPlace> longest;   ///< most prompt tokens first: those that take longest
};

inline constexpr size_t kListed = 20;        ///< verdicts in each list
inline constexpr int kReliabilityBins = 10;  ///< from 1/2 to 1
inline constexpr size_t kAbstentionPoints = 50;

/// Goes through all verdicts. The probability of response 1 is 1 / (1 + exp(-margin)): what the
/// score is where a judge has two orders, and what Bradley and Terry's model makes of the
/// difference of two rewards where it has none. Fields that lines do not tell leave their figures
/// without values.
///
/// Reliability and its error: Guo, Pleiss, Sun and Weinberger (ICML 2017), with the winner's
/// probability in bins of equal width. Brier score: Brier (Monthly Weather Review 78, 1950).
Diagnostics Diagnose(const EvalRun& run, const BootstrapOptions& options);

}  // namespace gram::jobs

#endif  // GRAM_JOBS_EVAL_DIAGNOSTICS_H_
