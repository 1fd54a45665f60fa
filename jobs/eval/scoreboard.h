// Figures made of means, and how sure they are: every number of an evaluation goes through here.
#ifndef GRAM_JOBS_EVAL_SCOREBOARD_H_
#define GRAM_JOBS_EVAL_SCOREBOARD_H_

#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "jobs/eval/stats/bootstrap.h"

namespace gram::jobs {

/// A figure: a number, its 95 % interval, and how many values it is made of.
struct Estimate {
  double value = std::numeric_limits<double>::quiet_NaN();  ///< not a number: there are no values
  Interval interval;
  int64_t count = 0;
};

/// A figure of a Scoreboard, as the number that Evaluate gives it.
using FigureId = size_t;

/// Values in groups, and figures that are sums of the groups' means and of earlier figures. Which
/// values were drawn together is known, so that all figures can be drawn anew.
class Scoreboard {
 public:
  /// A part of a sum.
  struct Term {
    FigureId figure = 0;
    double weight = 1;
  };

  /// The mean of the values in the group of that name.
  FigureId Mean(const std::string& group);

  /// The sum of `weight` times each term. Terms without a value are left out; where `normalised`,
  /// the sum is divided by the weights of the others. Terms name figures made before. Its count is
  /// 0 unless the terms are `disjoint`: made of other values each.
  FigureId Sum(std::vector<Term> terms, bool normalised, bool disjoint = false);

  /// The mean of these figures, each counted once.
  FigureId MeanOf(const std::vector<FigureId>& figures);

  /// Puts a value into a group. Values of one `cluster` are drawn together.
  void Add(const std::string& group, size_t cluster, double value);

  /// How many values a group has.
  int64_t Count(const std::string& group) const;

  /// All figures in the order in which they were made; clusters are numbered from 0 to `clusters` -
  /// 1. A sum of disjoint terms counts the values of all.
  std::vector<Estimate> Evaluate(size_t clusters, const BootstrapOptions& options) const;

 private:
  struct Entry {
    size_t cluster = 0;
    double value = 0;
  };
  struct Figure {
    bool mean = false;
    size_t group = 0;
    std::vector<Term> terms = {};
    bool normalised = false;
    bool disjoint = false;
  };

  size_t Group(const std::string& name);
  double MeanAt(size_t group, std::span<const double> times) const;
  double SumAt(const Figure& figure, std::span<const double> values) const;
  std::vector<double> Values(std::span<const double> times) const;
  int64_t CountOf(const Figure& figure) const;

  std::map<std::string, size_t> names_;
  std::vector<std::vector<Entry>> groups_;
  std::vector<Figure> figures_;
};

}  // namespace gram::jobs

#endif  // GRAM_JOBS_EVAL_SCOREBOARD_H_
