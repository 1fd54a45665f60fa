#include "cli/filter_options.h"

#include "cli/option_checks.h"

#include <algorithm>
#include <cmath>

namespace gram::cli {
namespace {

void AddRules(CLI::App& app, jobs::FilterRules& rules) {
  app.add_option("--min-margin", rules.min_margin,
                 "log-odds by which the label's answer, without a label the winner, has to lead")
      ->type_name("X");
  app.add_option("--max-order-gap", rules.max_order_gap,
                 "how far the two orders may be apart, 0 to 1")
      ->check(Number(0, 1))
      ->type_name("X");
  app.add_flag("--keep-agree", rules.keep_agree,
               "keep only rows whose two orders prefer the same answer");
  app.add_flag("--drop-flagged", rules.drop_flagged, "drop rows whose texts were flagged");
  app.add_flag("--drop-truncated", rules.drop_truncated, "drop rows whose answers were shortened");
  app.add_flag("--swap-if-better", rules.swap_if_better,
               "keep a labelled pair whose other answer leads by the margin, with the two swapped");
  app.add_flag("--relabel", rules.relabel, "label every pair with its winner");
}

bool ReadsStandardInput(const InputOptions& input) {
  return std::find(input.inputs.begin(), input.inputs.end(), "-") != input.inputs.end();
}

// Files that are written have to be several files.
bool Collide(const FilterOptions& options) {
  return options.output != "-" && options.output == options.dropped;
}

}  // namespace

void AddFilterOptions(CLI::App& app, FilterOptions& options) {
  AddInputOptions(app, options.input);
  app.add_option("--verdicts", options.verdicts,
                 "what score (schema gram-cpu) or rank wrote for these rows, plain, gzip or zstd")
      ->type_name("FILE");
  app.add_option("--output", options.output, "where the rows that are kept go; .gz and .zst pack")
      ->type_name("FILE|-");
  app.add_option("--dropped", options.dropped, "where the others go, with the reason")
      ->type_name("FILE");
  AddRules(app, options.rules);
  app.add_option(
         "--attach", options.attach,
         "name of the field that holds a row's verdict (default gram_cpu); none: leave it out")
      ->type_name("NAME|none");
  app.add_flag("--trust-order", options.trust_order,
               "take the verdicts to be on the rows in their order, though nothing shows it");
  AddJudgingOptions(app, options.judging);
  app.add_flag("--resume", options.resume, "go on with the scoring that --model began");
  app.add_flag("--force", options.force, "replace files that exist");
  app.add_flag("--quiet", options.quiet, "nothing on standard error but errors");
}

std::optional<std::string> CheckFilterOptions(const FilterOptions& options) {
  if (auto problem = CheckInputOptions(options.input)) return problem;
  if (options.input.inputs.empty()) {
    return "nothing to filter: name a FILE of rows, or give rows on standard input";
  }
  if (options.input.explain_map) return std::nullopt;
  if (options.verdicts == "-" && ReadsStandardInput(options.input)) {
    return "rows and verdicts cannot both come from standard input";
  }
  if (options.output.empty()) return "--output FILE is required";
  if (Collide(options)) return "--output and --dropped are one file";
  if (options.rules.relabel && options.rules.swap_if_better) {
    return "--relabel and --swap-if-better are two ways to do one thing; choose one";
  }
  if (options.rules.min_margin && !std::isfinite(*options.rules.min_margin)) {
    return "--min-margin has to be a finite number";
  }
  const bool model = !options.judging.engine.model.empty();
  if (options.scores() == !model) {
    return "give either --verdicts FILE, what score wrote, or --model M.gram to score first";
  }
  if (!options.scores()) return std::nullopt;
  if (options.output == "-") return "with --model, --output has to be a file";
  if (ReadsStandardInput(options.input)) {
    return "with --model the input is read twice and cannot be standard input";
  }
  return std::nullopt;
}

}  // namespace gram::cli
