// Logistic regression without an intercept, for outcomes that turn around when two answers change
// places.
#ifndef GRAM_JOBS_EVAL_STATS_LOGISTIC_H_
#define GRAM_JOBS_EVAL_STATS_LOGISTIC_H_

#include <optional>
#include <span>
#include <vector>

namespace gram::jobs {

struct LogisticFit {
  std::vector<double> slopes;  ///< log-odds for one unit of each column
  std::vector<double> errors;  ///< their standard errors, from the observed information
};

/// log(1 / (1 + exp(-x))), accurate for every x.
double LogSigmoid(double x);

/// 1 / (1 + exp(-x)).
double Sigmoid(double x);

/// The slopes b that make `outcomes` (0 or 1, or a chance between) most likely where the log-odds
/// of outcome i is the sum of b[j] * columns[j][i]. Found by Newton's method with shortened steps,
/// as the likelihood is concave (McCullagh and Nelder, Generalized Linear Models, 1989,
/// section 4.4). Nothing where there is no finite maximum: no outcomes, a column that others make
/// up, or columns that tell all outcomes apart (Albert and Anderson, Biometrika 71, 1984).
std::optional<LogisticFit> FitLogistic(const std::vector<std::vector<double>>& columns,
                                       std::span<const double> outcomes);

}  // namespace gram::jobs

#endif  // GRAM_JOBS_EVAL_STATS_LOGISTIC_H_
