// `gram-cpu selftest`: shows that scores have the same bits however they are computed.
#include <algorithm>
#include <memory>

#include "cli/command.h"
#include "cli/demo_model.h"
#include "cli/engine_options.h"
#include "cli/output/selftest_text.h"
#include "gram/selftest.h"
#include "gram/version.h"
#include "jobs/io/files.h"

namespace gram::cli {
namespace {

constexpr const char* kExamples =
    "  gram-cpu selftest\n"
    "  gram-cpu selftest --isa avx2\n"
    "  gram-cpu selftest --model M.gram --threads 16 --json\n\n"
    "Scores pairs together, then alone, in another order, in small batches, without shared\n"
    "prefixes, on other thread counts and again, and compares every logit bit by bit. Exit code 1\n"
    "where one differs. With --model: that model and built-in pairs, on one instruction set.\n"
    "Without: the demo model, and two layers in the shape of a 1.7B model with random weights, on\n"
    "every instruction set of this machine, or the one that --isa names.\n";

struct Options {
  EngineOptions engine;
  bool json = false;
};

Status Print(const Options& options, const std::string& json, const std::string& text) {
  return jobs::WriteStandardOutput(options.json ? json : text);
}

/// One model, one instruction set: a line for each check as it ends.
int TestModel(const Options& options) {
  Status written;
  const auto show = [&](const SelfTestCheck& check) {
    if (!options.json && written.ok()) written = jobs::WriteStandardOutput(CheckLine(check));
  };
  const Result<SelfTestReport> report =
      RunSelfTest(options.engine.model, ToJudgeOptions(options.engine), show);
  if (!report.ok()) return Fail(report.status());
  SayWhatWasNotGranted(report->engine);
  if (written.ok()) written = Print(options, SelfTestJson(*report), SelfTestVerdict(*report));
  if (!written.ok()) return Fail(written);
  return report->identical ? kExitOk : kExitFailed;
}

/// Both built-in models on every instruction set: a line for each report, and one for each check
/// that failed.
int TestMachine(const Options& options) {
  const Result<std::string> demo = ModelOrDemo("");
  if (!demo.ok()) return Fail(demo.status());
  std::vector<std::string> isas = {options.engine.isa};
  if (options.engine.isa == "auto") isas = AvailableIsas();
  std::vector<SelfTestReport> reports;
  for (const std::string& isa : isas) {
    EngineOptions engine = options.engine;
    engine.isa = isa;
    const JudgeOptions judge = ToJudgeOptions(engine);
    for (const bool shape : {false, true}) {
      Result<SelfTestReport> report = shape ? RunShapeSelfTest(judge) : RunSelfTest(*demo, judge);
      if (!report.ok()) return Fail(report.status());
      if (reports.empty()) SayWhatWasNotGranted(report->engine);
      const Status written = Print(options, "", ReportLines(*report));
      if (!written.ok()) return Fail(written);
      reports.push_back(std::move(report).value());
    }
  }
  const Status written = Print(options, MachineJson(reports), MachineVerdict(reports));
  if (!written.ok()) return Fail(written);
  const auto identical = [](const SelfTestReport& report) { return report.identical; };
  return std::all_of(reports.begin(), reports.end(), identical) ? kExitOk : kExitFailed;
}

}  // namespace

Command AddSelfTest(CLI::App& root) {
  auto options = std::make_shared<Options>();
  CLI::App* app =
      AddVerb(root, "selftest", "show that scores are reproducible to the last bit", kExamples);
  AddEngineOptions(*app, options->engine);
  app->add_flag("--json", options->json, "one JSON object on one line");
  return {app, [options] {
            return options->engine.model.empty() ? TestMachine(*options) : TestModel(*options);
          }};
}

}  // namespace gram::cli
