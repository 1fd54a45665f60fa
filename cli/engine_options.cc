#include "cli/engine_options.h"

namespace gram::cli {
namespace {

constexpr int kMaxThreads = 1024;

}  // namespace

CLI::Option* AddEngineOptions(CLI::App& app, EngineOptions& options) {
  CLI::Option* model =
      app.add_option("--model", options.model, "packed model, made by gram-cpu convert");
  // A variable of a script that was never set is no wish for the demo model.
  const auto not_empty = [](const std::string& path) { return path.empty() ? "is empty" : ""; };
  model->check(not_empty, "")->type_name("M.gram");
  app.add_option("--threads", options.threads,
                 "threads (default: every physical core of this process)")
      ->check(CLI::Range(1, kMaxThreads))
      ->type_name("N");
  app.add_option("--isa", options.isa,
                 "instruction set (default auto: the fastest of this machine)")
      ->check(
          CLI::IsMember({"auto", "avx512_bf16", "avx512", "avx2", "neon_bf16", "neon", "scalar"}))
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

}  // namespace gram::cli
