#include "jobs/eval/calibration_fit.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

#include "engine/base/status.h"
#include "jobs/eval/stats/bootstrap.h"
#include "jobs/eval/stats/logistic.h"

namespace gram::jobs {
namespace {

constexpr size_t kFolds = 5;

// Whether the verdict prefers the worse answer, or none.
bool IsWrong(const LabelledMargin& known) {
  return known.first_is_better ? !(known.margin > 0) : !(known.margin < 0);
}

// 1 / T of maximum likelihood; below 0 it would turn every verdict around, which is not for a
// temperature to do. Nothing where all verdicts are right.
std::optional<double> InverseTemperature(std::span<const LabelledMargin> margins) {
  std::vector<double> column;
  std::vector<double> outcomes;
  for (const LabelledMargin& known : margins) {
    if (!std::isfinite(known.margin)) continue;
    column.push_back(known.margin);
    outcomes.push_back(known.first_is_better ? 1 : 0);
  }
  const auto fit = FitLogistic({column}, outcomes);
  if (!fit) return std::nullopt;
  return std::max(0.0, fit->slopes.front());
}

// The chance that the winner is the better one, of leads from 0 on. Every verdict counts as it is
// and with its answers exchanged, so that the map treats both answers alike.
RisingFunction Rising(std::span<const LabelledMargin> margins) {
  std::vector<WeightedPoint> points;
  for (const LabelledMargin& known : margins) {
    const double better = known.first_is_better ? 1 : 0;
    points.push_back({known.margin, better, 1});
    points.push_back({-known.margin, 1 - better, 1});
  }
  const double least = 1 / (static_cast<double>(margins.size()) + 2);
  const RisingFunction both = FitIsotonic(std::move(points));
  RisingFunction rising{{0}, {0.5}};
  for (size_t i = 0; i < both.x.size(); ++i) {
    const double y = std::clamp(both.y[i], 0.5, 1 - least);
    if (both.x[i] > 0) {
      rising.x.push_back(both.x[i]);
      rising.y.push_back(y);
    }
  }
  return rising;
}

// A map that is fitted to a part of the verdicts.
Calibration MapOf(std::span<const LabelledMargin> margins, MarginMap map) {
  Calibration fitted;
  fitted.map = map;
  if (map == MarginMap::kIsotonic) {
    fitted.rising = Rising(margins);
  } else {
    fitted.inverse_temperature = InverseTemperature(margins).value_or(1);
  }
  return fitted;
}

double LogLoss(const Calibration& fitted, std::span<const LabelledMargin> margins) {
  double loss = 0;
  for (const LabelledMargin& known : margins) {
    const double winner = known.first_is_better ? known.margin : -known.margin;
    loss -= fitted.map == MarginMap::kTemperature ? LogSigmoid(winner * fitted.inverse_temperature)
                                                  : std::log(fitted.Probability(winner));
  }
  return loss;
}

// The loss on each fold of a map that is fitted to the others.
double HeldOutLoss(std::span<const LabelledMargin> shuffled, size_t folds, MarginMap map) {
  double loss = 0;
  for (size_t fold = 0; fold < folds; ++fold) {
    std::vector<LabelledMargin> in;
    std::vector<LabelledMargin> out;
    for (size_t i = 0; i < shuffled.size(); ++i) {
      (i % folds == fold ? out : in).push_back(shuffled[i]);
    }
    loss += LogLoss(MapOf(in, map), out);
  }
  return loss / static_cast<double>(shuffled.size());
}

CrossValidation Compare(std::span<const LabelledMargin> margins, uint64_t seed) {
  CrossValidation losses;
  const size_t folds = std::min(kFolds, margins.size());
  losses.as_is = LogLoss(Calibration(), margins) / static_cast<double>(margins.size());
  if (folds < 2) return losses;
  std::vector<LabelledMargin> shuffled(margins.begin(), margins.end());
  Draws(seed).Shuffle(shuffled);
  losses.folds = static_cast<int>(folds);
  losses.temperature = HeldOutLoss(shuffled, folds, MarginMap::kTemperature);
  losses.isotonic = HeldOutLoss(shuffled, folds, MarginMap::kIsotonic);
  return losses;
}

void AddThresholds(std::span<const LabelledMargin> margins, Calibration& calibration) {
  std::vector<KnownVerdict> verdicts;
  std::vector<double> wrong_leads;
  for (const LabelledMargin& known : margins) {
    verdicts.push_back({std::abs(known.margin), IsWrong(known)});
    if (verdicts.back().wrong) wrong_leads.push_back(verdicts.back().lead);
  }
  std::sort(wrong_leads.begin(), wrong_leads.end(), std::greater<>());
  calibration.verdicts = static_cast<int64_t>(verdicts.size());
  calibration.wrong = static_cast<int64_t>(wrong_leads.size());
  calibration.steps = RiskSteps(verdicts);
  for (int step = 1; step <= kErrorSteps; ++step) {
    calibration.all_thresholds.push_back(ThresholdForAll(wrong_leads, calibration.verdicts,
                                                         static_cast<double>(step) / kErrorSteps));
  }
}

}  // namespace

Result<Calibration> FitCalibration(std::span<const LabelledMargin> margins,
                                   const CalibrationOptions& options) {
  if (margins.empty()) {
    return InvalidArgument("there is no verdict on a pair whose label prefers an answer");
  }
  const std::optional<double> slope = InverseTemperature(margins);
  if (!slope) {
    return InvalidArgument(
        "all " + std::to_string(margins.size()) +
        " labelled verdicts are right, or none prefers an answer: no temperature "
        "fits best; calibrate on more rows, some of which the judge gets wrong");
  }
  Calibration calibration;
  AddThresholds(margins, calibration);
  calibration.inverse_temperature = *slope;
  calibration.rising = Rising(margins);
  calibration.losses = Compare(margins, options.seed);
  const bool isotonic = calibration.losses.isotonic < calibration.losses.temperature;
  calibration.map = options.map.value_or(isotonic ? MarginMap::kIsotonic : MarginMap::kTemperature);
  calibration.max_error = options.max_error;
  calibration.guarantee = options.guarantee;
  return calibration;
}

}  // namespace gram::jobs
