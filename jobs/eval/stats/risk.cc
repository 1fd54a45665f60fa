#include "jobs/eval/stats/risk.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "jobs/eval/stats/binomial.h"

namespace gram::jobs {
namespace {

constexpr double kNever = std::numeric_limits<double>::infinity();

RiskStep StepAt(std::span<const KnownVerdict> verdicts, double threshold) {
  RiskStep step{threshold, 0, 0};
  for (const KnownVerdict& verdict : verdicts) {
    if (!(verdict.lead > threshold)) continue;
    ++step.kept;
    step.wrong += verdict.wrong ? 1 : 0;
  }
  return step;
}

}  // namespace

std::vector<RiskStep> RiskSteps(std::span<const KnownVerdict> verdicts) {
  std::vector<double> leads;
  for (const KnownVerdict& verdict : verdicts) leads.push_back(verdict.lead);
  std::sort(leads.begin(), leads.end(), std::greater<>());
  std::vector<RiskStep> steps;
  for (size_t j = 1; j <= kRiskSteps && !leads.empty(); ++j) {
    const size_t rank = (j * leads.size() + kRiskSteps - 1) / kRiskSteps;
    steps.push_back(StepAt(verdicts, leads[rank - 1]));
  }
  return steps;
}

double ThresholdForKept(std::span<const RiskStep> steps, double error, double confidence) {
  double lowest = kNever;
  for (const RiskStep& step : steps) {
    if (step.kept == 0) continue;
    const double bound = BinomialUpperBound(step.wrong, step.kept, (1 - confidence) / kRiskSteps);
    if (bound <= error) lowest = std::min(lowest, step.threshold);
  }
  return lowest;
}

double ThresholdForAll(std::span<const double> wrong_leads, int64_t verdicts, double error) {
  // A share that is meant to be whole must not fall short of it by rounding.
  constexpr double kRounding = 1e-9;
  const double allowed = std::floor(error * static_cast<double>(verdicts + 1) - 1 + kRounding);
  if (allowed < 0) return kNever;
  const auto first_too_many = static_cast<size_t>(allowed);
  return first_too_many < wrong_leads.size() ? wrong_leads[first_too_many] : 0;
}

}  // namespace gram::jobs
