// How sure a figure is: the range in which it falls when the sample is drawn anew from itself.
#ifndef GRAM_JOBS_EVAL_STATS_BOOTSTRAP_H_
#define GRAM_JOBS_EVAL_STATS_BOOTSTRAP_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <random>
#include <span>
#include <vector>

namespace gram::jobs {

/// The numbers between which a figure lies; not a number where that cannot be told.
struct Interval {
  double low = std::numeric_limits<double>::quiet_NaN();
  double high = std::numeric_limits<double>::quiet_NaN();
};

struct BootstrapOptions {
  int resamples = 1000;
  uint64_t seed = 1;
  double level = 0.95;
};

/// The same numbers everywhere for one seed, unlike the standard library's distributions.
class Draws {
 public:
  explicit Draws(uint64_t seed) : engine_(seed) {}

  /// Each number below `limit`, which is not 0, with the same chance: by rejection.
  uint64_t Below(uint64_t limit);

  /// In [0, 1).
  double Uniform() { return static_cast<double>(engine_() >> 11U) * 0x1p-53; }

  /// The items in an order in which each is as likely as any other (Fisher and Yates).
  template <typename T>
  void Shuffle(std::vector<T>& items) {
    for (size_t i = items.size(); i > 1; --i) std::swap(items[i - 1], items[Below(i)]);
  }

 private:
  std::mt19937_64 engine_;
};

/// The `share` quantile, 0 to 1, of `values`, which are sorted and not empty: linear between
/// neighbours (type 7 of Hyndman and Fan, The American Statistician 50, 1996).
double Quantile(std::span<const double> values, double share);

/// Figures as a function of how often each cluster is in the sample: all 1 for the sample itself.
/// A cluster is what was drawn together: a row, or all rows of one question.
using Figures = std::function<std::vector<double>(std::span<const double> times)>;

/// A percentile interval for each figure (Efron, The Annals of Statistics 7, 1979): the middle
/// `level` of its values over samples of as many clusters, drawn with replacement. Values that are
/// not a number do not count; where more than half are none, there is no interval. Nor is there one
/// for fewer than two clusters.
std::vector<Interval> BootstrapIntervals(size_t clusters, const Figures& figures,
                                         const BootstrapOptions& options = {});

}  // namespace gram::jobs

#endif  // GRAM_JOBS_EVAL_STATS_BOOTSTRAP_H_
