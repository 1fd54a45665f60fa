// The options that say which model runs and on what: the same for every verb that measures one.
#ifndef GRAM_CLI_ENGINE_OPTIONS_H_
#define GRAM_CLI_ENGINE_OPTIONS_H_

#include <CLI/CLI.hpp>
#include <string>

#include "gram/judge.h"
#include "gram/options.h"

namespace gram::cli {

struct EngineOptions {
  std::string model;
  int threads = 0;
  std::string isa = "auto";
  bool no_verify = false;
};

/// Adds --model, --threads, --isa and --no-verify to `app`; `options` must outlive it. Returns
/// --model, which the caller may require.
CLI::Option* AddEngineOptions(CLI::App& app, EngineOptions& options);

JudgeOptions ToJudgeOptions(const EngineOptions& options);

/// A line on standard error where the engine has fewer threads than it was asked for.
void SayWhatWasNotGranted(const EngineInfo& info);

}  // namespace gram::cli

#endif  // GRAM_CLI_ENGINE_OPTIONS_H_
