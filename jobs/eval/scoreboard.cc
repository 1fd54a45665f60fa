#include "jobs/eval/scoreboard.h"

#include <cmath>
#include <utility>

namespace gram::jobs {
namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

}  // namespace

size_t Scoreboard::Group(const std::string& name) {
  const auto [found, added] = names_.emplace(name, groups_.size());
  if (added) groups_.emplace_back();
  return found->second;
}

void Scoreboard::Add(const std::string& group, size_t cluster, double value) {
  groups_[Group(group)].push_back({cluster, value});
}

int64_t Scoreboard::Count(const std::string& group) const {
  const auto found = names_.find(group);
  return found == names_.end() ? 0 : static_cast<int64_t>(groups_[found->second].size());
}

FigureId Scoreboard::Mean(const std::string& group) {
  figures_.push_back({true, Group(group)});
  return figures_.size() - 1;
}

FigureId Scoreboard::Sum(std::vector<Term> terms, bool normalised, bool disjoint) {
  figures_.push_back({false, 0, std::move(terms), normalised, disjoint});
  return figures_.size() - 1;
}

FigureId Scoreboard::MeanOf(const std::vector<FigureId>& figures) {
  std::vector<Term> terms;
  for (const FigureId figure : figures) terms.push_back({figure, 1});
  return Sum(std::move(terms), /*normalised=*/true, /*disjoint=*/true);
}

double Scoreboard::MeanAt(size_t group, std::span<const double> times) const {
  double sum = 0;
  double count = 0;
  for (const Entry& entry : groups_[group]) {
    sum += times[entry.cluster] * entry.value;
    count += times[entry.cluster];
  }
  return count > 0 ? sum / count : kNone;
}

double Scoreboard::SumAt(const Figure& figure, std::span<const double> values) const {
  double sum = 0;
  double weights = 0;
  for (const auto& [term, weight] : figure.terms) {
    if (std::isnan(values[term])) continue;
    sum += weight * values[term];
    weights += weight;
  }
  if (weights == 0) return kNone;
  return figure.normalised ? sum / weights : sum;
}

std::vector<double> Scoreboard::Values(std::span<const double> times) const {
  std::vector<double> values;
  for (const Figure& figure : figures_) {
    values.push_back(figure.mean ? MeanAt(figure.group, times) : SumAt(figure, values));
  }
  return values;
}

int64_t Scoreboard::CountOf(const Figure& figure) const {
  if (figure.mean) return static_cast<int64_t>(groups_[figure.group].size());
  int64_t count = 0;
  if (!figure.disjoint) return count;
  for (const Term& term : figure.terms) count += CountOf(figures_[term.figure]);
  return count;
}

std::vector<Estimate> Scoreboard::Evaluate(size_t clusters, const BootstrapOptions& options) const {
  const auto figures = [this](std::span<const double> times) { return Values(times); };
  const std::vector<double> once(clusters, 1);
  const std::vector<double> values = Values(once);
  const std::vector<Interval> intervals = BootstrapIntervals(clusters, figures, options);
  std::vector<Estimate> estimates;
  for (size_t i = 0; i < figures_.size(); ++i) {
    estimates.push_back({values[i], intervals[i], CountOf(figures_[i])});
  }
  return estimates;
}

}  // namespace gram::jobs
