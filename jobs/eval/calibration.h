// What a judge's margins are worth: a map to probabilities and thresholds for error rates, learned
// from labelled verdicts, kept in a file, and applied to later verdicts of the same judge.
#ifndef GRAM_JOBS_EVAL_CALIBRATION_H_
#define GRAM_JOBS_EVAL_CALIBRATION_H_

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gram/status.h"
#include "jobs/eval/stats/isotonic.h"
#include "jobs/eval/stats/risk.h"
#include "jobs/run/manifest.h"

namespace gram::jobs {

/// How a margin becomes a probability.
enum class MarginMap {
  kTemperature,  ///< 1 / (1 + exp(-margin / T)) (Guo, Pleiss, Sun and Weinberger, ICML 2017)
  kIsotonic      ///< the rising function that fits best (Zadrozny and Elkan, KDD 2002)
};

/// "temperature", "isotonic".
std::string_view MarginMapName(MarginMap map);

/// What an error rate is promised of.
enum class Guarantee {
  kKept,  ///< of the verdicts that count, at confidence 95 %: ThresholdForKept
  kAll    ///< of all verdicts, on average: ThresholdForAll
};

/// "kept", "all".
std::string_view GuaranteeName(Guarantee guarantee);
std::optional<Guarantee> ParseGuarantee(std::string_view name);

inline constexpr double kConfidence = 0.95;  ///< of Guarantee::kKept
inline constexpr int kErrorSteps = 1000;     ///< error rates that `all_thresholds` tells apart

/// Log-losses on labels that the map was not fitted to, in nats for each verdict.
struct CrossValidation {
  int folds = 0;
  double as_is = std::numeric_limits<double>::quiet_NaN();  ///< the margin as log-odds
  double temperature = std::numeric_limits<double>::quiet_NaN();
  double isotonic = std::numeric_limits<double>::quiet_NaN();
};

struct Calibration {
  std::vector<Setting> judge;  ///< of the run, those that decide what a margin means
  int64_t verdicts = 0;        ///< what it was learned from
  int64_t wrong = 0;           ///< of these
  MarginMap map = MarginMap::kTemperature;
  double inverse_temperature = 1;  ///< 1 / T; 0: margins say nothing
  RisingFunction rising;           ///< of leads from 0 on, 1/2 or more
  CrossValidation losses;
  std::vector<RiskStep> steps;
  std::vector<double> all_thresholds;  ///< [i]: ThresholdForAll of an error rate of (i + 1) / 1000
  double max_error = 0.05;             ///< what `decision` promises
  Guarantee guarantee = Guarantee::kKept;

  /// The chance that response 1 is the better one. 1 - the chance of the other margin.
  double Probability(double margin) const;

  /// The lead above which a verdict counts; infinite where no lead is enough.
  double Threshold(double error, Guarantee of) const;

  /// "probability":...,"decision":... for a verdict's line, as JSON members. The decision is 1, 2,
  /// "tie" where the margin is 0, or "abstain" where the lead is not above `threshold`.
  std::string Members(double margin, double threshold) const;
};

/// Of the settings of a run, those that a calibration is good for: model, prompt, protocol,
/// scoring, control tokens.
std::vector<Setting> JudgeSettings(const std::vector<Setting>& settings);

/// Errors: kInvalidArgument where `settings` are those of another judge than the calibration's; the
/// message names the first difference. `what` is what they are of, as in "the verdicts in FILE".
Status CheckSameJudge(const Calibration& calibration, const std::vector<Setting>& settings,
                      const std::string& what);

/// The calibration as indented JSON.
std::string CalibrationJson(const Calibration& calibration);

/// Reads what CalibrationJson wrote; `path` is for messages. Errors: kCorrupt, naming the member.
Result<Calibration> ParseCalibration(std::string json, const std::string& path);

/// Reads the file at `path`, of 64 MiB at most. Errors: kNotFound, kIo, kCorrupt.
Result<Calibration> ReadCalibration(const std::string& path);

}  // namespace gram::jobs

#endif  // GRAM_JOBS_EVAL_CALIBRATION_H_
