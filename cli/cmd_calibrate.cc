// `gram-cpu calibrate`: what a judge's margins are worth, learned from labelled verdicts.
#include <array>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/command.h"
#include "cli/exit.h"
#include "cli/output/eval_text.h"
#include "cli/usage.h"
#include "engine/base/status.h"
#include "jobs/eval/calibration_fit.h"
#include "jobs/eval/eval_run.h"
#include "jobs/eval/stats/bootstrap.h"
#include "jobs/io/count_text.h"
#include "jobs/io/files.h"
#include "jobs/run/output_files.h"

namespace gram::cli {
namespace {

constexpr const char* kExamples =
    "  gram-cpu score     --model M.gram labelled.jsonl --output labelled.verdicts.jsonl\n"
    "  gram-cpu calibrate labelled.verdicts.jsonl --output cal.json --max-error 5%\n"
    "  gram-cpu score     --model M.gram new.jsonl --calibration cal.json --output "
    "new.verdicts.jsonl\n"
    "  gram-cpu filter    new.jsonl --verdicts new.verdicts.jsonl --calibration cal.json \\\n"
    "                     --max-error 5% --output kept.jsonl\n\n"
    "The promise holds for rows that come from where the labelled ones came from, judged by the "
    "same\n"
    "model with the same prompt. docs/eval.md explains the numbers.\n";

// What the user typed.
struct CalibrateOptions {
  std::string verdicts;
  std::string output;
  std::string map = "auto";
  std::string max_error = "5%";
  std::string guarantee = "kept";
  uint64_t seed = 1;
  bool force = false;
};

void AddOptions(CLI::App& app, CalibrateOptions& options) {
  app.add_option("VERDICTS", options.verdicts,
                 "what score or eval wrote for labelled rows, with its manifest beside it")
      ->type_name("FILE")
      ->required();
  app.add_option("-o,--output", options.output, "where the calibration goes")
      ->type_name("FILE")
      ->required();
  app.add_option("--map", options.map,
                 "how margins become probabilities (default auto: the one with the lower "
                 "cross-validated log-loss)")
      ->check(OneOf({"auto", "temperature", "isotonic"}))
      ->type_name("NAME");
  app.add_option("--max-error", options.max_error,
                 "share of wrong decisions that score --calibration allows (default 5%)")
      ->check(Share())
      ->type_name("X%");
  app.add_option("--guarantee", options.guarantee,
                 "what that is a share of: the decisions made, at 95 % confidence (kept, the "
                 "default), or all verdicts, on average (all)")
      ->check(OneOf({"kept", "all"}))
      ->type_name("NAME");
  app.add_option("--seed", options.seed, "of what is drawn at random (default 1)")
      ->check(WholeNumber(0, std::numeric_limits<int64_t>::max()))
      ->type_name("N");
  app.add_flag("--force", options.force, "replace FILE");
}

// One labelled verdict of each row: those of one row are not independent.
std::vector<jobs::LabelledMargin> MarginsOf(const jobs::EvalRun& run, uint64_t seed) {
  std::vector<jobs::LabelledMargin> margins;
  jobs::Draws draws(seed);
  for (const jobs::EvalRow& row : run.rows) {
    std::vector<jobs::LabelledMargin> own;
    for (const jobs::EvalPair& pair : row.pairs) {
      if (!pair.verdict.correct || std::isnan(pair.verdict.margin)) continue;
      own.push_back({pair.verdict.margin, pair.verdict.label == jobs::Label::kResponse1});
    }
    if (!own.empty()) margins.push_back(own[draws.Below(own.size())]);
  }
  return margins;
}

std::string Fixed(double value, int digits) {
  std::array<char, 64> buffer{};
  std::snprintf(buffer.data(), buffer.size(), "%.*f", digits, value);
  return buffer.data();
}

std::string MapText(const jobs::Calibration& calibration) {
  const jobs::CrossValidation& losses = calibration.losses;
  const double inverse = calibration.inverse_temperature;
  std::string text = "temperature        " + (inverse > 0 ? Fixed(1 / inverse, 4) : "infinite: ");
  if (inverse == 0) text += "larger margins are not more often right";
  text += "\nlog-loss           " + Fixed(losses.as_is, 4) + " as it is\n";
  if (losses.folds > 0) {
    const std::string folds = std::to_string(losses.folds) + "-fold cross-validated";
    text += "                   " + Fixed(losses.temperature, 4) + " temperature, " + folds + "\n";
    text += "                   " + Fixed(losses.isotonic, 4) + " isotonic, " + folds + "\n";
  }
  return text + "map                " + std::string(jobs::MarginMapName(calibration.map)) + "\n";
}

std::string Promise(jobs::Guarantee guarantee, const std::string& error) {
  if (guarantee == jobs::Guarantee::kKept) {
    return "with 95 % confidence at most " + error + " of the decisions are wrong";
  }
  return "on average at most " + error + " of all verdicts are decided and wrong";
}

std::string ThresholdText(const jobs::Calibration& calibration) {
  std::string text = "error     decided if the margin is above\n";
  for (const double error : {0.01, 0.02, 0.05, 0.1, 0.2}) {
    std::string line = Percentage(error) + " %";
    line.resize(10, ' ');
    for (const jobs::Guarantee of : {jobs::Guarantee::kKept, jobs::Guarantee::kAll}) {
      const double threshold = calibration.Threshold(error, of);
      std::string value = std::isinf(threshold) ? "never" : Fixed(threshold, 3);
      value.resize(10, ' ');
      line += value + std::string(of == jobs::Guarantee::kKept ? "(of those kept)  " : "(of all)");
    }
    text += line + "\n";
  }
  return text;
}

std::string CalibrationText(const jobs::Calibration& calibration, const std::string& error) {
  const double threshold = calibration.Threshold(calibration.max_error, calibration.guarantee);
  std::string text = jobs::Counted(calibration.verdicts, "labelled verdict") + ", " +
                     jobs::Grouped(calibration.wrong) + " of them wrong\n" + MapText(calibration) +
                     ThresholdText(calibration) + "Decisions: ";
  if (std::isinf(threshold)) {
    text += "none; these verdicts are too few or too often wrong for an error of " + error + ".\n";
  } else {
    text += "where the margin is above " + Fixed(threshold, 3) + ", " +
            Promise(calibration.guarantee, error) + ".\n";
  }
  return text +
         "This holds if later rows are drawn as these were, independently and from the same "
         "source.\n";
}

Result<jobs::Calibration> Calibrate(const CalibrateOptions& options) {
  GRAM_ASSIGN_OR_RETURN(const jobs::EvalRun run, jobs::ReadEvalRun({options.verdicts, {}, {}}));
  if (!run.manifest) {
    return InvalidArgument("nothing beside " + options.verdicts +
                           " shows which judge made the verdicts; keep FILE.run.json with FILE");
  }
  jobs::CalibrationOptions fit;
  if (options.map == "temperature") fit.map = jobs::MarginMap::kTemperature;
  if (options.map == "isotonic") fit.map = jobs::MarginMap::kIsotonic;
  fit.max_error = ParseShare(options.max_error).value();
  fit.guarantee = *jobs::ParseGuarantee(options.guarantee);
  fit.seed = options.seed;
  Result<jobs::Calibration> calibration = jobs::FitCalibration(MarginsOf(run, options.seed), fit);
  if (!calibration.ok()) return Annotate(calibration.status(), options.verdicts);
  calibration->judge = jobs::JudgeSettings(run.manifest->identity.settings);
  return calibration;
}

int RunCalibrate(const CalibrateOptions& options) {
  if (!options.force && jobs::HoldsSomething(options.output)) {
    return Fail(InvalidArgument(options.output + " exists; --force replaces it"));
  }
  const Result<jobs::Calibration> calibration = Calibrate(options);
  if (!calibration.ok()) return Fail(calibration.status());
  const Status written = jobs::ReplaceFile(options.output, jobs::CalibrationJson(*calibration));
  if (!written.ok()) return Fail(written);
  return Print(CalibrationText(*calibration, options.max_error));
}

}  // namespace

Command AddCalibrate(CLI::App& root) {
  auto options = std::make_shared<CalibrateOptions>();
  CLI::App* app =
      AddVerb(root, "calibrate", "learn from labelled verdicts what margins are worth", kExamples);
  AddOptions(*app, *options);
  return {app, [options] { return RunCalibrate(*options); }};
}

}  // namespace gram::cli
