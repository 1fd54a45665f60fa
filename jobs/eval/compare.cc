#include "jobs/eval/compare.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "engine/base/status.h"
#include "jobs/eval/stats/binomial.h"

namespace gram::jobs {
namespace {

int Winner(double margin) { return margin > 0 ? 1 : margin < 0 ? 2 : 0; }

Status Differ(const EvalRow& row, const std::string& what) {
  return InvalidArgument("the two runs are not on the same pairs: at row " +
                         std::to_string(row.number) + " (id " + row.id_json + ") " + what);
}

// A row that one of the runs could not judge has no pairs there.
Status CheckSame(const EvalRow& a, const EvalRow& b) {
  if (a.id_json != b.id_json) return Differ(a, "the other id is " + b.id_json);
  if (a.pairs.empty() || b.pairs.empty()) return {};
  if (a.pairs.size() != b.pairs.size()) return Differ(a, "they have other comparisons");
  for (size_t i = 0; i < a.pairs.size(); ++i) {
    const bool same = a.pairs[i].verdict.label == b.pairs[i].verdict.label &&
                      a.pairs[i].first == b.pairs[i].first &&
                      a.pairs[i].second == b.pairs[i].second;
    if (!same) return Differ(a, "labels or answers differ");
  }
  return {};
}

void CountPair(const LineVerdict& first, const LineVerdict& second, RunComparison& found) {
  ++found.pairs;
  found.changed += Winner(first.margin) != Winner(second.margin) ? 1 : 0;
  if (!first.correct || !second.correct) return;
  ++found.labelled;
  if (*first.correct) ++(*second.correct ? found.both_right : found.only_first_right);
  if (!*first.correct) ++(*second.correct ? found.only_second_right : found.both_wrong);
}

}  // namespace

Result<RunComparison> CompareRuns(const EvalRun& first, const EvalRun& second,
                                  const BootstrapOptions& options) {
  if (first.rows.size() != second.rows.size()) {
    return InvalidArgument(
        "the two runs are not on the same pairs: " + std::to_string(first.rows.size()) +
        " rows and " + std::to_string(second.rows.size()));
  }
  RunComparison found;
  Scoreboard board;
  board.Mean("difference");
  std::vector<std::pair<double, PairPlace>> flips;
  for (size_t i = 0; i < first.rows.size(); ++i) {
    const EvalRow& a = first.rows[i];
    const EvalRow& b = second.rows[i];
    GRAM_RETURN_IF_ERROR(CheckSame(a, b));
    for (size_t j = 0; j < std::min(a.pairs.size(), b.pairs.size()); ++j) {
      const LineVerdict& was = a.pairs[j].verdict;
      const LineVerdict& is = b.pairs[j].verdict;
      CountPair(was, is, found);
      if (was.correct && is.correct) {
        board.Add("difference", a.cluster, (*is.correct ? 1.0 : 0.0) - (*was.correct ? 1.0 : 0.0));
      }
      if (Winner(was.margin) != Winner(is.margin)) {
        flips.push_back({-std::abs(is.margin - was.margin), {i, j}});
      }
    }
  }
  found.mcnemar_p = McNemarP(found.only_first_right, found.only_second_right);
  found.difference = board.Evaluate(first.clusters, options).front();
  std::stable_sort(flips.begin(), flips.end(),
                   [](const auto& x, const auto& y) { return x.first < y.first; });
  for (size_t i = 0; i < std::min(kListed, flips.size()); ++i) {
    found.flips.push_back(flips[i].second);
  }
  return found;
}

std::string ComparisonJson(const RunComparison& comparison) {
  const auto number = [](double value) {
    return std::isfinite(value) ? nlohmann::ordered_json(value) : nlohmann::ordered_json(nullptr);
  };
  const Estimate& difference = comparison.difference;
  const nlohmann::ordered_json json = {{"pairs", comparison.pairs},
                                       {"other_winner", comparison.changed},
                                       {"labelled", comparison.labelled},
                                       {"both_right", comparison.both_right},
                                       {"only_first_right", comparison.only_first_right},
                                       {"only_second_right", comparison.only_second_right},
                                       {"both_wrong", comparison.both_wrong},
                                       {"mcnemar_p", comparison.mcnemar_p},
                                       {"accuracy_difference",
                                        {{"value", number(difference.value)},
                                         {"low", number(difference.interval.low)},
                                         {"high", number(difference.interval.high)}}}};
  return json.dump(2) + "\n";
}

}  // namespace gram::jobs
