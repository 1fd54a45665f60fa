#include "jobs/eval/calibration.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "engine/base/status.h"
#include "jobs/eval/stats/logistic.h"
#include "jobs/verdicts/fields.h"
#include "jobs/verdicts/value_text.h"

namespace gram::jobs {
namespace {

constexpr std::array<std::string_view, 8> kJudge = {"model_checksum", "prompt_checksum", "protocol",
                                                    "scoring",        "parse_special",   "bos",
                                                    "date",           "labels"};

std::string Shown(const std::string& value) { return value.empty() ? "not set" : value; }

std::string_view DecisionJson(double margin, double threshold) {
  if (margin == 0) return "\"tie\"";
  if (!(std::abs(margin) > threshold)) return "\"abstain\"";
  return margin > 0 ? "1" : "2";
}

}  // namespace

std::string_view MarginMapName(MarginMap map) {
  return map == MarginMap::kTemperature ? "temperature" : "isotonic";
}

std::string_view GuaranteeName(Guarantee guarantee) {
  return guarantee == Guarantee::kKept ? "kept" : "all";
}

std::optional<Guarantee> ParseGuarantee(std::string_view name) {
  for (const Guarantee guarantee : {Guarantee::kKept, Guarantee::kAll}) {
    if (GuaranteeName(guarantee) == name) return guarantee;
  }
  return std::nullopt;
}

double Calibration::Probability(double margin) const {
  // 0 * infinity is no number; without a slope every margin is worth nothing.
  if (map == MarginMap::kTemperature) {
    return inverse_temperature == 0 ? 0.5 : Sigmoid(margin * inverse_temperature);
  }
  const double of_winner = rising.At(std::abs(margin));
  return margin < 0 ? 1 - of_winner : of_winner;
}

double Calibration::Threshold(double error, Guarantee of) const {
  if (of == Guarantee::kKept) return ThresholdForKept(steps, error, kConfidence);
  // Of the error rates that were prepared, the next below: its threshold is the higher one.
  const auto step = static_cast<int64_t>(std::floor(error * kErrorSteps + 1e-9));
  if (step < 1) return std::numeric_limits<double>::infinity();
  return all_thresholds[static_cast<size_t>(std::min<int64_t>(step, kErrorSteps)) - 1];
}

std::string Calibration::Members(double margin, double threshold) const {
  return JsonMembers()
      .Add(fields::kProbability, JsonNumber(Probability(margin)))
      .Add(fields::kDecision, DecisionJson(margin, threshold))
      .text();
}

std::vector<Setting> JudgeSettings(const std::vector<Setting>& settings) {
  std::vector<Setting> judge;
  for (const std::string_view name : kJudge) {
    judge.push_back({std::string(name), SettingValue(settings, name)});
  }
  return judge;
}

Status CheckSameJudge(const Calibration& calibration, const std::vector<Setting>& settings,
                      const std::string& what) {
  for (const Setting& setting : JudgeSettings(settings)) {
    const std::string was = SettingValue(calibration.judge, setting.name);
    if (setting.value == was) continue;
    return InvalidArgument("the calibration is of another judge than " + what + ": its " +
                           setting.name + " is " + Shown(was) + ", here it is " +
                           Shown(setting.value) + "; calibrate on labelled verdicts of this one");
  }
  return {};
}

}  // namespace gram::jobs
