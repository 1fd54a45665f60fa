// What the comparisons of one labelled row come to: how many are right, and the benchmarks'
// figures.
#ifndef GRAM_JOBS_VERDICTS_ROW_FIGURES_H_
#define GRAM_JOBS_VERDICTS_ROW_FIGURES_H_

#include <optional>
#include <span>

#include "gram/judge.h"
#include "jobs/formats/input_row.h"

namespace gram::jobs {

/// Whether the labelled answer's score is strictly the greater; nothing without a label or with a
/// tie for one.
std::optional<bool> IsCorrect(Label label, const Verdict& verdict);

/// The share of the comparisons that are correct, of those that can be. Nothing where none can.
std::optional<double> CorrectShare(const InputRow& row, std::span<const Verdict> verdicts);

/// RM-Bench sets three chosen answers (rows) against three rejected ones (columns), both from the
/// plainest style to the fanciest. Each figure is the share of correct comparisons.
struct RmBenchFigures {
  double easy = 0;    ///< below the diagonal: the chosen answer has the fancier style
  double normal = 0;  ///< the diagonal: the same style
  double hard = 0;    ///< above it: the rejected answer has the fancier style
};
RmBenchFigures RmBench(const InputRow& row, std::span<const Verdict> verdicts);

/// RewardBench 2's score of a row. One correct answer: 0 where another beats it, else 1 / k where k
/// answers share the top. Several (the subset Ties): 1 where each beats every wrong answer, else 0.
double RewardBench2(const InputRow& row, std::span<const Verdict> verdicts);

}  // namespace gram::jobs

#endif  // GRAM_JOBS_VERDICTS_ROW_FIGURES_H_
