// What `eval`, `report` and `audit` have in common: how sure figures are, and where they go.
#ifndef GRAM_CLI_CMD_EVAL_H_
#define GRAM_CLI_CMD_EVAL_H_

#include <CLI/CLI.hpp>
#include <cstdint>
#include <string>
#include <vector>

#include "jobs/eval/benchmark.h"
#include "jobs/eval/evaluation.h"

namespace gram::cli {

/// What the user typed.
struct FigureOptions {
  int resamples = 1000;
  uint64_t seed = 1;
  bool json = false;
  std::vector<std::string> group_by;
};

/// Adds --resamples, --seed and --json to `app`; `options` must outlive it.
void AddFigureOptions(CLI::App& app, FigureOptions& options);

jobs::BootstrapOptions ToBootstrapOptions(const FigureOptions& options);

/// The names of the benchmarks.
std::vector<std::string> BenchmarkNames();

/// Why `path` may not be written: it holds something, and no `force`. An empty path is fine.
Status CheckPage(const std::string& path, bool force);

/// Writes a page of HTML. Errors: those of CheckPage and ReplaceFile.
Status WritePage(const std::string& path, bool force, const std::string& page);

/// Writes the report on one run, with the texts that it shows.
Status WriteReport(const std::string& path, bool force, const jobs::EvalRun& run,
                   const jobs::Evaluation& evaluation);

/// The fields that `benchmark` goes by, or those of --group-by.
std::vector<std::string> FieldsOf(const jobs::Benchmark& benchmark, const FigureOptions& options);

}  // namespace gram::cli

#endif  // GRAM_CLI_CMD_EVAL_H_
