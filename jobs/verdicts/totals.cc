#include "jobs/verdicts/totals.h"

#include <array>
#include <cmath>
#include <numeric>
#include <set>

namespace gram::jobs {
namespace {

void AddCorrect(std::optional<bool> correct, Totals& totals) {
  if (!correct) return;
  ++totals.labelled;
  totals.correct += *correct ? 1 : 0;
}

void AddVerdict(const LineVerdict& verdict, Totals& totals) {
  AddCorrect(verdict.correct, totals);
  totals.label_ties += verdict.label == Label::kTie ? 1 : 0;
  totals.undecided += verdict.score1 == verdict.score2 ? 1 : 0;
  if (verdict.orders_agree)
    ++(*verdict.orders_agree ? totals.orders_agree : totals.orders_disagree);
  if (!std::isnan(verdict.order_gap)) {
    ++totals.order_gaps;
    totals.order_gap_sum += verdict.order_gap;
  }
  totals.tokens = AddCounts(totals.tokens, verdict.tokens);
}

// Right or wrong as a whole; its orders are counted already.
void AddRanking(const LineRanking& ranking, Totals& totals) {
  AddCorrect(ranking.correct, totals);
  const int64_t agree = ranking.comparisons - ranking.orders_disagree;
  totals.orders_disagree = AddCounts(totals.orders_disagree, ranking.orders_disagree);
  totals.orders_agree = AddCounts(totals.orders_agree, agree);
  totals.tokens = AddCounts(totals.tokens, ranking.tokens);
}

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

int64_t AddCounts(int64_t sum, int64_t value) {
  return __builtin_add_overflow(sum, value, &sum) ? INT64_MAX : sum;
}

void LineRecord::Fault(const std::string& what) {
  if (fault.empty()) fault = what;
}

void Totals::Add(const LineRecord& line) {
  rows = AddCounts(rows, 1);
  if (line.kind == LineKind::kError) {
    ++failed[line.error_code];
    return;
  }
  for (const std::string& field : line.not_understood) ++not_understood[field];
  for (const LineVerdict& verdict : line.verdicts) AddVerdict(verdict, *this);
  if (line.ranking) AddRanking(*line.ranking, *this);
}

int64_t Totals::failed_rows() const {
  return std::accumulate(failed.begin(), failed.end(), int64_t{0},
                         [](int64_t sum, const auto& code) { return sum + code.second; });
}

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
