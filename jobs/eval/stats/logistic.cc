#include "jobs/eval/stats/logistic.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace gram::jobs {
namespace {

using Columns = std::vector<std::vector<double>>;
using Matrix = std::vector<std::vector<double>>;

constexpr int kMostSteps = 200;
constexpr double kSmallStep = 1e-11;  // in units of log-odds
// Log-odds of all outcomes beyond this are a sign that nothing stops their growth.
constexpr double kBeyond = 30;

double LogOdds(const Columns& columns, std::span<const double> slopes, size_t row) {
  double sum = 0;
  for (size_t j = 0; j < columns.size(); ++j) sum += slopes[j] * columns[j][row];
  return sum;
}

double LogLikelihood(const Columns& columns, std::span<const double> outcomes,
                     std::span<const double> slopes) {
  double sum = 0;
  for (size_t i = 0; i < outcomes.size(); ++i) {
    const double x = LogOdds(columns, slopes, i);
    sum += outcomes[i] * LogSigmoid(x) + (1 - outcomes[i]) * LogSigmoid(-x);
  }
  return sum;
}

// Solves a x = b for each column b of `right`, in place; false where `a` has no inverse.
bool Solve(Matrix a, Matrix& right) {
  const size_t n = a.size();
  for (size_t k = 0; k < n; ++k) {
    size_t pivot = k;
    for (size_t i = k; i < n; ++i) {
      if (std::abs(a[i][k]) > std::abs(a[pivot][k])) pivot = i;
    }
    if (!(std::abs(a[pivot][k]) > 1e-12)) return false;
    std::swap(a[k], a[pivot]);
    std::swap(right[k], right[pivot]);
    for (size_t i = 0; i < n; ++i) {
      if (i == k) continue;
      const double factor = a[i][k] / a[k][k];
      for (size_t j = k; j < n; ++j) a[i][j] -= factor * a[k][j];
      for (size_t j = 0; j < right[i].size(); ++j) right[i][j] -= factor * right[k][j];
    }
  }
  for (size_t k = 0; k < n; ++k) {
    for (double& value : right[k]) value /= a[k][k];
  }
  return true;
}

// The slope of the likelihood, and its curvature turned around: the observed information.
struct Derivatives {
  std::vector<double> gradient;
  Matrix information;
  double largest_log_odds = 0;
};

Derivatives At(const Columns& columns, std::span<const double> outcomes,
               std::span<const double> slopes) {
  const size_t k = columns.size();
  Derivatives at{std::vector<double>(k), Matrix(k, std::vector<double>(k)), 0};
  for (size_t i = 0; i < outcomes.size(); ++i) {
    const double x = LogOdds(columns, slopes, i);
    const double p = Sigmoid(x);
    at.largest_log_odds = std::max(at.largest_log_odds, std::abs(x));
    for (size_t a = 0; a < k; ++a) {
      at.gradient[a] += (outcomes[i] - p) * columns[a][i];
      for (size_t b = 0; b < k; ++b) {
        at.information[a][b] += p * (1 - p) * columns[a][i] * columns[b][i];
      }
    }
  }
  return at;
}

// Units in which every column has a largest value of 1, so that thresholds mean something. Empty
// where a column has nothing in it.
std::vector<double> Units(const Columns& columns) {
  std::vector<double> units;
  for (const std::vector<double>& column : columns) {
    double largest = 0;
    for (const double value : column) largest = std::max(largest, std::abs(value));
    if (!(largest > 0) || !std::isfinite(largest)) return {};
    units.push_back(largest);
  }
  return units;
}

std::vector<double> Moved(std::span<const double> from, const Matrix& step, double by) {
  std::vector<double> to(from.begin(), from.end());
  for (size_t j = 0; j < to.size(); ++j) to[j] += by * step[j][0];
  return to;
}

// Goes from `slopes` to the maximum; false where there is none.
bool Climb(const Columns& columns, std::span<const double> outcomes, std::vector<double>& slopes) {
  double likelihood = LogLikelihood(columns, outcomes, slopes);
  for (int i = 0; i < kMostSteps; ++i) {
    const Derivatives at = At(columns, outcomes, slopes);
    const bool all_but_told = likelihood > -1e-6;
    if (at.largest_log_odds > 1e4 * kBeyond || (all_but_told && at.largest_log_odds > kBeyond)) {
      return false;
    }
    Matrix step;
    for (const double value : at.gradient) step.push_back({value});
    if (!Solve(at.information, step)) return false;
    double by = 1;
    std::vector<double> next = Moved(slopes, step, by);
    double better = LogLikelihood(columns, outcomes, next);
    for (; !(better >= likelihood) && by > 1e-9; by /= 2) {
      next = Moved(slopes, step, by / 2);
      better = LogLikelihood(columns, outcomes, next);
    }
    double moved = 0;
    for (size_t j = 0; j < slopes.size(); ++j) moved += std::abs(next[j] - slopes[j]);
    if (better >= likelihood) slopes = next;
    likelihood = std::max(better, likelihood);
    if (moved < kSmallStep * (1 + std::abs(slopes.front()))) return true;
  }
  return false;
}

}  // namespace

double LogSigmoid(double x) {
  return x >= 0 ? -std::log1p(std::exp(-x)) : x - std::log1p(std::exp(x));
}

double Sigmoid(double x) {
  if (x >= 0) return 1 / (1 + std::exp(-x));
  const double e = std::exp(x);
  return e / (1 + e);
}

std::optional<LogisticFit> FitLogistic(const std::vector<std::vector<double>>& columns,
                                       std::span<const double> outcomes) {
  const std::vector<double> units = Units(columns);
  if (outcomes.empty() || units.empty()) return std::nullopt;
  Columns scaled = columns;
  for (size_t j = 0; j < scaled.size(); ++j) {
    for (double& value : scaled[j]) value /= units[j];
  }
  std::vector<double> slopes(columns.size(), 0);
  if (!Climb(scaled, outcomes, slopes)) return std::nullopt;
  const Derivatives at = At(scaled, outcomes, slopes);
  Matrix inverse(columns.size(), std::vector<double>(columns.size(), 0));
  for (size_t j = 0; j < inverse.size(); ++j) inverse[j][j] = 1;
  if (!Solve(at.information, inverse)) return std::nullopt;
  LogisticFit fit;
  for (size_t j = 0; j < slopes.size(); ++j) {
    fit.slopes.push_back(slopes[j] / units[j]);
    fit.errors.push_back(std::sqrt(inverse[j][j]) / units[j]);
  }
  return fit;
}

}  // namespace gram::jobs
