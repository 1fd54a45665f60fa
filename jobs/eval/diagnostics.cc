#include "jobs/eval/diagnostics.h"

#include <algorithm>
#include <cmath>
#include <tuple>
#include <utility>

#include "jobs/eval/benchmark.h"
#include "jobs/eval/margin_curves.h"

namespace gram::jobs {
namespace {

// 1 where the first answer wins, 0 where the second does, 1/2 where neither.
double FirstWins(double margin) { return margin > 0 ? 1 : margin < 0 ? 0 : 0.5; }

void CountPair(const EvalPair& pair, Diagnostics& found) {
  const LineVerdict& verdict = pair.verdict;
  ++found.pairs;
  found.labelled += verdict.correct ? 1 : 0;
  found.label_ties += verdict.label == Label::kTie ? 1 : 0;
  found.undecided += verdict.margin == 0 ? 1 : 0;
  found.tokens = AddCounts(found.tokens, verdict.tokens);
}

void AddOrders(const LineVerdict& verdict, size_t cluster, Scoreboard& board) {
  if (verdict.orders_agree) board.Add("flips", cluster, *verdict.orders_agree ? 0 : 1);
  if (!std::isnan(verdict.order_gap)) board.Add("order gap", cluster, verdict.order_gap);
  for (const double leads : verdict.slot_a_leads) {
    if (!std::isnan(leads)) board.Add("slot a", cluster, FirstWins(leads));
  }
}

void AddLengths(const EvalPair& pair, size_t cluster, Scoreboard& board) {
  const double difference = pair.lengths[0] - pair.lengths[1];
  if (std::isnan(difference) || difference == 0) return;
  const double first = FirstWins(pair.verdict.margin);
  board.Add("longer", cluster, difference > 0 ? first : 1 - first);
  const auto correct = Correct(pair);
  if (!correct) return;
  const bool better_is_longer = (pair.verdict.label == Label::kResponse1) == (difference > 0);
  board.Add(better_is_longer ? "if longer" : "if shorter", cluster, *correct);
}

// The regression of who wins on lengths and labels.
class LengthRegression {
 public:
  void Add(const EvalPair& pair) {
    if (std::isnan(pair.lengths[0]) || std::isnan(pair.lengths[1])) return;
    // One more each, so that an empty answer has a length.
    ratios_.push_back(std::log2((pair.lengths[0] + 1) / (pair.lengths[1] + 1)));
    const bool labelled = pair.verdict.correct.has_value();
    const double side = pair.verdict.label == Label::kResponse1 ? 1 : -1;
    labels_.push_back(labelled ? side : 0);
    any_label_ = any_label_ || labelled;
    wins_.push_back(FirstWins(pair.verdict.margin));
  }

  std::optional<LogisticFit> Fit() const {
    std::vector<std::vector<double>> columns = {ratios_};
    if (any_label_) columns.push_back(labels_);
    return FitLogistic(columns, wins_);
  }

 private:
  std::vector<double> ratios_;
  std::vector<double> labels_;
  std::vector<double> wins_;
  bool any_label_ = false;
};

// The first kListed places in the order of `less`.
template <typename Less>
std::vector<PairPlace> First(std::vector<PairPlace> places, const Less& less) {
  const size_t count = std::min(kListed, places.size());
  const auto end = places.begin() + static_cast<std::ptrdiff_t>(count);
  std::partial_sort(places.begin(), end, places.end(), less);
  places.resize(count);
  return places;
}

// Orders places by a number, the lower one first, else as they come.
template <typename Key>
auto By(const Key& key) {
  return [key](const PairPlace& a, const PairPlace& b) {
    return std::tuple(key(a), a.row, a.pair) < std::tuple(key(b), b.row, b.pair);
  };
}

void ListPlaces(const EvalRun& run, Diagnostics& found) {
  const auto at = [&run](const PairPlace& place) -> const LineVerdict& {
    return run.rows[place.row].pairs[place.pair].verdict;
  };
  std::vector<PairPlace> all;
  std::vector<PairPlace> wrong;
  for (size_t row = 0; row < run.rows.size(); ++row) {
    for (size_t pair = 0; pair < run.rows[row].pairs.size(); ++pair) {
      const LineVerdict& verdict = run.rows[row].pairs[pair].verdict;
      if (std::isnan(verdict.margin)) continue;
      all.push_back({row, pair});
      if (verdict.correct == false) wrong.push_back({row, pair});
    }
  }
  found.longest = First(all, By([at](const PairPlace& place) { return -at(place).tokens; }));
  std::erase_if(all, [at](const PairPlace& place) { return at(place).identical; });
  found.doubtful = First(std::move(all),
                         By([at](const PairPlace& place) { return std::abs(at(place).margin); }));
  found.wrong = First(std::move(wrong),
                      By([at](const PairPlace& place) { return -std::abs(at(place).margin); }));
}

void PutEstimates(const std::vector<Estimate>& estimates, Diagnostics& found) {
  const std::vector<Estimate*> places = {&found.accuracy,  &found.flips,  &found.slot_a,
                                         &found.order_gap, &found.longer, &found.if_longer,
                                         &found.if_shorter};
  for (size_t i = 0; i < places.size(); ++i) *places[i] = estimates[i];
}

}  // namespace

Diagnostics Diagnose(const EvalRun& run, const BootstrapOptions& options) {
  Diagnostics found;
  Scoreboard board;
  for (const char* group :
       {"accuracy", "flips", "slot a", "order gap", "longer", "if longer", "if shorter"}) {
    board.Mean(group);
  }
  LengthRegression lengths;
  std::vector<LabelledLead> leads;
  for (const EvalRow& row : run.rows) {
    ++found.rows;
    if (!row.error_code.empty()) ++found.failed[row.error_code];
    for (const EvalPair& pair : row.pairs) {
      CountPair(pair, found);
      AddOrders(pair.verdict, row.cluster, board);
      AddLengths(pair, row.cluster, board);
      lengths.Add(pair);
      const auto correct = Correct(pair);
      if (!correct) continue;
      board.Add("accuracy", row.cluster, *correct);
      leads.push_back({std::abs(pair.verdict.margin), FirstWins(MarginOfBetter(pair))});
    }
  }
  PutEstimates(board.Evaluate(run.clusters, options), found);
  found.length_slope = lengths.Fit();
  AddMarginCurves(std::move(leads), found);
  ListPlaces(run, found);
  return found;
}

}  // namespace gram::jobs
