#include "cli/engine_options.h"

#include <filesystem>
#include <system_error>
#include <vector>

#include "cli/exit.h"
#include "cli/usage.h"
#include "engine/base/status.h"
#include "gram/version.h"

namespace gram::cli {
namespace {

constexpr int kMaxThreads = 1024;
constexpr const char* kDemoName = "demo";
constexpr const char* kDemoFile = "demo.gram";
constexpr const char* kHowToConvert =
    "for real verdicts download a GRAM checkpoint such as NiuTrans/GRAM-Qwen3-1.7B-RewardModel, "
    "then: gram-cpu convert GRAM-Qwen3-1.7B-RewardModel M.gram, and give --model M.gram";

// Where the demo model may be, best first: in share/ of the folder that the running program was
// installed to, wherever that is now and through whatever link it was started; in share/ beside
// the program, as in a build tree; in the folder that the build was configured for.
std::vector<std::string> DemoModelPlaces() {
  std::vector<std::string> places;
  std::error_code error;
  const std::filesystem::path program = std::filesystem::read_symlink("/proc/self/exe", error);
  if (!error) {
    const std::filesystem::path folder = program.parent_path();
    places.push_back((folder / GRAM_DATA_FROM_BIN / kDemoFile).lexically_normal());
    places.push_back(folder / "share/gram-cpu" / kDemoFile);
  }
  places.push_back(std::filesystem::path(GRAM_DATA_DIR) / kDemoFile);
  return places;
}

}  // namespace

CLI::Option* AddEngineOptions(CLI::App& app, EngineOptions& options) {
  CLI::Option* model = app.add_option(
      "--model", options.model,
      "packed model, made by gram-cpu convert; demo: the toy that comes with gram-cpu");
  // A script's variable that was never set must not ask for the demo model.
  model->check(NotEmpty())->type_name("M.gram");
  app.add_option("--threads", options.threads,
                 "number of threads (default: one for each physical core that the process may use)")
      ->check(WholeNumber(1, kMaxThreads))
      ->type_name("N");
  std::vector<std::string> isas = KnownIsas();
  isas.insert(isas.begin(), "auto");
  app.add_option(
         "--isa", options.isa,
         "instruction set (default auto: the fastest that this machine and the model allow)")
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

Result<std::string> ModelOrDemo(const std::string& model) {
  const bool unnamed = model.empty();
  if (!unnamed && model != kDemoName) return model;
  std::error_code ignored;
  if (!unnamed && std::filesystem::exists(kDemoName, ignored)) {
    Say("--model demo is the toy that comes with gram-cpu; to use the file named demo in this "
        "folder, give --model ./demo");
  }
  const std::vector<std::string> places = DemoModelPlaces();
  for (const std::string& place : places) {
    std::error_code error;
    if (!std::filesystem::is_regular_file(place, error)) continue;
    if (unnamed) {
      Say("no --model given: judging with the demo model, a toy (real ones: gram-cpu convert "
          "--help)");
    }
    return place;
  }
  return NotFound("the demo model is not installed (looked for " + Joined(places, ", ") + "); " +
                  kHowToConvert);
}

std::string IsaName(const EngineInfo& info) {
  return info.library_kernel.empty() ? info.isa : info.isa + " (" + info.library_kernel + ")";
}

void SayIfThreadsAreMissing(const EngineInfo& info) {
  if (info.threads >= info.threads_asked) return;
  Say("the system started only " + std::to_string(info.threads) + " of " +
      std::to_string(info.threads_asked) +
      " threads, as many as its limits on memory and processes allow; scores are the same, but "
      "take longer");
}

}  // namespace gram::cli
