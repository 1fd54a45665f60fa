// `gram-cpu selftest`: shows that scores have the same bits however they are computed.
#include <memory>

#include "cli/command.h"
#include "cli/demo_model.h"
#include "cli/engine_options.h"
#include "cli/output/selftest_text.h"
#include "gram/selftest.h"
#include "jobs/io/output_file.h"

namespace gram::cli {
namespace {

constexpr const char* kExamples =
    "  gram-cpu selftest\n"
    "  gram-cpu selftest --model M.gram\n"
    "  gram-cpu selftest --model M.gram --threads 16 --json\n\n"
    "Scores built-in pairs together, then alone, in another order, in small batches, without\n"
    "shared prefixes, on other thread counts and again, and compares every logit bit by bit.\n"
    "Exit code 1 where one differs. Without --model, the demo model is used.\n";

struct Options {
  EngineOptions engine;
  bool json = false;
};

int RunSelfTestVerb(const Options& options) {
  Status written;
  const auto show = [&](const SelfTestCheck& check) {
    if (!options.json && written.ok()) written = jobs::WriteStandardOutput(CheckLine(check));
  };
  const Result<std::string> model = ModelOrDemo(options.engine.model);
  if (!model.ok()) return Fail(model.status());
  const Result<SelfTestReport> report = RunSelfTest(*model, ToJudgeOptions(options.engine), show);
  if (!report.ok()) return Fail(report.status());
  if (written.ok()) {
    written =
        jobs::WriteStandardOutput(options.json ? SelfTestJson(*report) : SelfTestVerdict(*report));
  }
  if (!written.ok()) return Fail(written);
  return report->identical ? kExitOk : kExitFailed;
}

}  // namespace

Command AddSelfTest(CLI::App& root) {
  auto options = std::make_shared<Options>();
  CLI::App* app =
      AddVerb(root, "selftest", "show that scores are reproducible to the last bit", kExamples);
  AddEngineOptions(*app, options->engine);
  app->add_flag("--json", options->json, "one JSON object on one line");
  return {app, [options] { return RunSelfTestVerb(*options); }};
}

}  // namespace gram::cli
