// Isotonic regression: the rising function that fits points best.
#ifndef GRAM_JOBS_EVAL_STATS_ISOTONIC_H_
#define GRAM_JOBS_EVAL_STATS_ISOTONIC_H_

#include <vector>

namespace gram::jobs {

/// A point with how much it counts.
struct WeightedPoint {
  double x = 0;
  double y = 0;
  double weight = 1;
};

/// A function given by its corners, linear between them and constant beyond the ends. x rises
/// strictly, y does not fall.
struct RisingFunction {
  std::vector<double> x;
  std::vector<double> y;

  /// The value at `at`; 0 where there are no corners.
  double At(double at) const;
};

/// The rising values with the least sum of weighted squares of the distances to the points, by
/// pooling adjacent violators (Ayer, Brunk, Ewing, Reid and Silverman, The Annals of Mathematical
/// Statistics 26, 1955); points of one x count as their mean. Of a run of equal values the first
/// and the last point are corners, between which lies a straight line.
RisingFunction FitIsotonic(std::vector<WeightedPoint> points);

}  // namespace gram::jobs

#endif  // GRAM_JOBS_EVAL_STATS_ISOTONIC_H_
