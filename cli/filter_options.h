// The command line of `gram-cpu filter`.
#ifndef GRAM_CLI_FILTER_OPTIONS_H_
#define GRAM_CLI_FILTER_OPTIONS_H_

#include <CLI/CLI.hpp>
#include <optional>
#include <string>

#include "cli/input_options.h"
#include "cli/judging_options.h"
#include "jobs/filter/filter_rules.h"

namespace gram::cli {

/// What the user typed. Once CheckFilterOptions has agreed, either `verdicts` names a file, or the
/// judge's model is named and the rows are to be scored first.
struct FilterOptions {
  InputOptions input;
  JudgingOptions judging;
  std::string verdicts;
  std::string output;
  std::string dropped;
  std::string attach = "gram_cpu";  ///< "none": the verdict is left out
  bool trust_order = false;
  jobs::FilterRules rules;
  bool resume = false;
  bool force = false;
  bool quiet = false;

  bool scores() const { return verdicts.empty(); }
};

/// Adds the options to `app`; `options` must outlive it.
void AddFilterOptions(CLI::App& app, FilterOptions& options);

/// What is wrong with the combination of options, or nothing.
std::optional<std::string> CheckFilterOptions(const FilterOptions& options);

}  // namespace gram::cli

#endif  // GRAM_CLI_FILTER_OPTIONS_H_
