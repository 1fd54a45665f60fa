#include "jobs/eval/stats/binomial.h"

#include <algorithm>
#include <cmath>

namespace gram::jobs {
namespace {

// Terms below this share of the sum no longer change it.
constexpr double kNegligible = 1e-17;

double LogTerm(double k, double n, double p) {
  return std::lgamma(n + 1) - std::lgamma(k + 1) - std::lgamma(n - k + 1) + k * std::log(p) +
         (n - k) * std::log1p(-p);
}

// The sum of the terms of `k` and below, which fall from k on.
double LowerTail(double k, double n, double p) {
  double term = std::exp(LogTerm(k, n, p));
  double sum = term;
  for (; k > 0 && term > kNegligible * sum; --k) {
    term *= k / (n - k + 1) * (1 - p) / p;
    sum += term;
  }
  return sum;
}

}  // namespace

double BinomialCdf(int64_t successes, int64_t trials, double chance) {
  if (successes < 0) return 0;
  if (successes >= trials || chance <= 0) return 1;
  if (chance >= 1) return 0;
  const auto k = static_cast<double>(successes);
  const auto n = static_cast<double>(trials);
  if (k <= n * chance) return std::min(1.0, LowerTail(k, n, chance));
  // More than k succeed where at most n - k - 1 fail.
  return std::max(0.0, 1 - LowerTail(n - k - 1, n, 1 - chance));
}

double BinomialUpperBound(int64_t failures, int64_t trials, double risk) {
  if (failures >= trials) return 1;
  // The probability falls as the chance grows.
  double low = static_cast<double>(failures) / static_cast<double>(trials);
  double high = 1;
  constexpr int kHalvings = 60;  // to the last bits of a double
  for (int i = 0; i < kHalvings; ++i) {
    const double middle = (low + high) / 2;
    (BinomialCdf(failures, trials, middle) > risk ? low : high) = middle;
  }
  return high;
}

double McNemarP(int64_t one, int64_t other) {
  return std::min(1.0, 2 * BinomialCdf(std::min(one, other), one + other, 0.5));
}

}  // namespace gram::jobs
