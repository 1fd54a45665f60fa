// The command line of `gram-cpu rank`.
#ifndef GRAM_CLI_RANK_OPTIONS_H_
#define GRAM_CLI_RANK_OPTIONS_H_

#include <CLI/CLI.hpp>
#include <optional>
#include <string>
#include <vector>

#include "cli/input_options.h"
#include "cli/job_options.h"
#include "cli/judging.h"
#include "gram/rank.h"
#include "jobs/verdicts/rank_row.h"

namespace gram::cli {

/// What the user typed. Exactly one of a list (`query` and `responses`) and `input.inputs` is set
/// once CheckRankOptions has agreed.
struct RankCommandOptions {
  JudgingOptions judging;
  std::optional<std::string> query;
  std::vector<std::string> responses;
  InputOptions input;
  JobOptions job;
  std::string method = "auto";
  size_t round_robin_limit = RankOptions().round_robin_limit;
  jobs::RankLineOptions line;
  std::string pairs;  ///< file of pairs to train on; empty: none
  std::string pairs_of = "best-worst";
  bool json = false;
  bool dry_run = false;
};

/// Adds the options to `app`; `options` must outlive it.
void AddRankOptions(CLI::App& app, RankCommandOptions& options);

/// Sets what follows from the options where rows are ranked: pairs are made of rankings with texts,
/// in a file of their own where no other is named.
void CompleteRankOptions(RankCommandOptions& options);

/// What is wrong with the combination of options, or nothing.
std::optional<std::string> CheckRankOptions(const RankCommandOptions& options);

RankOptions ToRankOptions(const RankCommandOptions& options);

}  // namespace gram::cli

#endif  // GRAM_CLI_RANK_OPTIONS_H_
