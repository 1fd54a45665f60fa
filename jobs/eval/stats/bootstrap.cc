#include "jobs/eval/stats/bootstrap.h"

#include <algorithm>
#include <cmath>

namespace gram::jobs {
namespace {

Interval Middle(std::vector<double> values, const BootstrapOptions& options) {
  std::erase_if(values, [](double value) { return std::isnan(value); });
  if (2 * values.size() < static_cast<size_t>(options.resamples) || values.empty()) return {};
  std::sort(values.begin(), values.end());
  const double tail = (1 - options.level) / 2;
  return {Quantile(values, tail), Quantile(values, 1 - tail)};
}

}  // namespace

uint64_t Draws::Below(uint64_t limit) {
  // Numbers from the largest multiple of `limit` on would favour the small remainders.
  const uint64_t beyond = std::mt19937_64::max() - std::mt19937_64::max() % limit;
  uint64_t number = engine_();
  while (number >= beyond) number = engine_();
  return number % limit;
}

double Quantile(std::span<const double> values, double share) {
  const double place = share * static_cast<double>(values.size() - 1);
  const auto below = static_cast<size_t>(place);
  const size_t above = std::min(below + 1, values.size() - 1);
  if (values[below] == values[above]) return values[below];  // infinities, too
  return std::lerp(values[below], values[above], place - static_cast<double>(below));
}

std::vector<Interval> BootstrapIntervals(size_t clusters, const Figures& figures,
                                         const BootstrapOptions& options) {
  std::vector<double> times(clusters, 1);
  std::vector<std::vector<double>> values(figures(times).size());
  if (clusters < 2) return std::vector<Interval>(values.size());
  Draws draws(options.seed);
  for (int i = 0; i < options.resamples; ++i) {
    std::fill(times.begin(), times.end(), 0);
    for (size_t j = 0; j < clusters; ++j) ++times[draws.Below(clusters)];
    const std::vector<double> drawn = figures(times);
    for (size_t k = 0; k < values.size(); ++k) values[k].push_back(drawn[k]);
  }
  std::vector<Interval> intervals;
  for (std::vector<double>& of_one : values) {
    intervals.push_back(Middle(std::move(of_one), options));
  }
  return intervals;
}

}  // namespace gram::jobs
