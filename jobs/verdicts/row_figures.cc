#include "jobs/verdicts/row_figures.h"

#include <array>
#include <set>

namespace gram::jobs {
namespace {

constexpr size_t kStyles = 3;  // of RM-Bench's answers

// The score of the answer that the label prefers less that of the other.
double Lead(Label label, const Verdict& verdict) {
  const double lead = verdict.score_response1 - verdict.score_response2;
  return label == Label::kResponse2 ? -lead : lead;
}

size_t Preferred(const Comparison& comparison) {
  return comparison.label == Label::kResponse2 ? comparison.second : comparison.first;
}

size_t Other(const Comparison& comparison) {
  return comparison.label == Label::kResponse2 ? comparison.first : comparison.second;
}

}  // namespace

std::optional<bool> IsCorrect(Label label, const Verdict& verdict) {
  if (label == Label::kNone || label == Label::kTie) return std::nullopt;
  return Lead(label, verdict) > 0;
}

std::optional<double> CorrectShare(const InputRow& row, std::span<const Verdict> verdicts) {
  int labelled = 0;
  int correct = 0;
  for (size_t i = 0; i < verdicts.size(); ++i) {
    const auto is_correct = IsCorrect(row.comparisons[i].label, verdicts[i]);
    labelled += is_correct ? 1 : 0;
    correct += is_correct.value_or(false) ? 1 : 0;
  }
  if (labelled == 0) return std::nullopt;
  return static_cast<double>(correct) / labelled;
}

RmBenchFigures RmBench(const InputRow& row, std::span<const Verdict> verdicts) {
  // Of easy, normal and hard: comparisons, and those that are correct.
  std::array<int, 3> all{};
  std::array<int, 3> correct{};
  for (size_t i = 0; i < verdicts.size(); ++i) {
    const size_t chosen = Preferred(row.comparisons[i]) % kStyles;
    const size_t rejected = Other(row.comparisons[i]) % kStyles;
    const size_t kind = chosen > rejected ? 0 : chosen == rejected ? 1 : 2;
    ++all[kind];
    if (IsCorrect(row.comparisons[i].label, verdicts[i]).value_or(false)) ++correct[kind];
  }
  const auto share = [&](size_t kind) {
    return all[kind] == 0 ? 0 : static_cast<double>(correct[kind]) / all[kind];
  };
  return {share(0), share(1), share(2)};
}

double RewardBench2(const InputRow& row, std::span<const Verdict> verdicts) {
  std::set<size_t> correct_answers;
  int even = 0;
  for (size_t i = 0; i < verdicts.size(); ++i) {
    const Comparison& comparison = row.comparisons[i];
    const double lead = Lead(comparison.label, verdicts[i]);
    if (lead < 0) return 0;
    even += lead == 0 ? 1 : 0;
    correct_answers.insert(Preferred(comparison));
  }
  if (correct_answers.size() > 1) return even == 0 ? 1 : 0;
  return 1.0 / (1 + even);
}

}  // namespace gram::jobs
