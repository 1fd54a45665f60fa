// The options that say which model runs and on what, for every verb that runs one, and the demo
// model that stands in where none is named.
#ifndef GRAM_CLI_ENGINE_OPTIONS_H_
#define GRAM_CLI_ENGINE_OPTIONS_H_

#include <CLI/CLI.hpp>
#include <string>

#include "gram/judge.h"
#include "gram/options.h"
#include "gram/status.h"

namespace gram::cli {

/// What the user typed.
struct EngineOptions {
  std::string model;  ///< a path, or "demo"; empty: not given
  int threads = 0;    ///< 0: the engine's default
  std::string isa = "auto";
  bool no_verify = false;
};

/// Adds --model, --threads, --isa and --no-verify to `app`; `options` must outlive it. Returns
/// --model, which the caller may require.
CLI::Option* AddEngineOptions(CLI::App& app, EngineOptions& options);

JudgeOptions ToJudgeOptions(const EngineOptions& options);

/// The path of the model that --model names: `model` itself, or the demo model's file where `model`
/// is empty or "demo" (even if a file of that name exists). A line on standard error says so where
/// the user may not expect it. kNotFound: the demo model is not installed.
Result<std::string> ModelOrDemo(const std::string& model);

/// The ISA, and in brackets whose kernel computes where that is a library's.
std::string IsaName(const EngineInfo& info);

/// Says on standard error where the engine has fewer threads than it was asked for.
void SayIfThreadsAreMissing(const EngineInfo& info);

}  // namespace gram::cli

#endif  // GRAM_CLI_ENGINE_OPTIONS_H_
