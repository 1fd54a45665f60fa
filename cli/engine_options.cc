#include "cli/engine_options.h"

#include <vector>

#include "cli/exit.h"
#include "cli/option_checks.h"
#include "gram/version.h"

namespace gram::cli {
namespace {

constexpr int kMaxThreads = 1024;

}  // namespace

CLI::Option* AddEngineOptions(CLI::App& app, EngineOptions& options) {
  CLI::Option* model = app.add_option(
      "--model", options.model,
      "packed model, made by gram-cpu convert; demo: the toy that comes with gram-cpu");
  // A variable of a script that was never set is no wish for the demo model.
  model->check(NotEmpty())->type_name("M.gram");
  app.add_option("--threads", options.threads,
                 "threads (default: every physical core of this process)")
      ->check(WholeNumber(1, kMaxThreads))
      ->type_name("N");
  std::vector<std::string> isas = KnownIsas();
  isas.insert(isas.begin(), "auto");
  app.add_option("--isa", options.isa,
                 "instruction set (default auto: the fastest of this machine)")
      ->check(OneOf(isas))
      ->type_name("NAME");
  app.add_flag("--no-verify", options.no_verify,
               "do not check the model's checksums before the first score");
  return model;
}

JudgeOptions ToJudgeOptions(const EngineOptions& options) {
  JudgeOptions judge;
  judge.threads = options.threads;
  judge.isa = options.isa;
  judge.verify = !options.no_verify;
  return judge;
}

void SayWhatWasNotGranted(const EngineInfo& info) {
  if (info.threads >= info.threads_asked) return;
  Say("of " + std::to_string(info.threads_asked) + " threads the system started " +
      std::to_string(info.threads) +
      ", all that its limits on memory and processes allow; scores are the same, only later");
}

}  // namespace gram::cli
