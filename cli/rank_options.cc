#include "cli/rank_options.h"

#include "cli/usage.h"

#include <array>

namespace gram::cli {
namespace {

constexpr std::array<RankMethod, 4> kMethods = {RankMethod::kAuto, RankMethod::kRoundRobin,
                                                RankMethod::kKnockout, RankMethod::kLinear};
constexpr int64_t kMaxRoundRobin = 10000;
constexpr int64_t kMaxTop = 1000000;

std::vector<std::string> MethodNames() {
  std::vector<std::string> names;
  for (const RankMethod method : kMethods) names.emplace_back(RankMethodName(method));
  return names;
}

}  // namespace

void AddRankOptions(CLI::App& app, RankCommandOptions& options) {
  AddJudgingOptions(app, options.judging);
  app.add_option("--query,--question", options.query, "question of a single list")
      ->type_name("TEXT");
  // As they were typed: CLI11's own lists give "[a,b]" and "{}" a meaning.
  const auto add_response = [&app, &options](const CLI::results_t&) {
    options.responses = app.get_option("--response")->results();
    return true;
  };
  app.add_option("--response", add_response, "an answer to it; give one --response for each")
      ->type_name("TEXT")
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
      ->allow_extra_args(false);
  AddInputOptions(app, options.input);
  AddJobOptions(app, options.job);
  app.add_option("--method", options.method,
                 "which answers are compared (default auto: round_robin up to " +
                     std::to_string(kAutoRoundRobin) + " different ones, else knockout)")
      ->check(OneOf(MethodNames()))
      ->type_name("NAME");
  app.add_option("--round-robin-limit", options.round_robin_limit,
                 "most different answers of a round robin (default " +
                     std::to_string(options.round_robin_limit) + ")")
      ->check(WholeNumber(2, kMaxRoundRobin))
      ->type_name("N");
  app.add_flag("--matches", options.line.matches, "list every comparison in the JSON");
  app.add_flag("--attach", options.line.attach, "add the question and the answers to the JSON");
  app.add_option(
         "--top", options.line.top,
         "list the K best answers in the JSON, best first; with --attach, their texts alone")
      ->check(WholeNumber(1, kMaxTop))
      ->type_name("K");
  app.add_option("--pairs", options.pairs,
                 "write pairs to train on, too: prompt, chosen and rejected, as TRL reads them")
      ->type_name("FILE");
  app.add_option("--pairs-of", options.pairs_of,
                 "the best answer against the worst, or against each (default best-worst)")
      ->check(OneOf({"best-worst", "best-each"}))
      ->type_name("NAME");
  app.add_flag("--dry-run", options.dry_run,
               "read and tokenise everything, compare a little, and say what all of it would take");
  app.add_flag("--json", options.json, "print a single list's result as JSON, too");
}

std::optional<std::string> CheckRankOptions(const RankCommandOptions& options) {
  if (auto problem = CheckInputOptions(options.input)) return problem;
  if (auto problem = CheckJobOptions(options.job)) return problem;
  const bool rows = !options.input.inputs.empty();
  const bool texts = options.query || !options.responses.empty();
  if (rows && texts) return "a FILE of rows does not go together with --query and --response";
  if (!rows && !texts)
    return "nothing to rank: give --query and --response, a FILE of rows, or rows on standard "
           "input";
  if (texts && !options.query) return "a single list needs --query";
  if (texts && options.responses.empty()) {
    return "a single list needs a --response for each answer";
  }
  if (texts && options.job.output != "-") return "--output goes together with a FILE of rows";
  if (texts && !options.job.keep.empty()) return "--keep goes together with a FILE of rows";
  const bool more = options.line.matches || options.line.attach || options.line.top > 0;
  if (texts && more && !options.json)
    return "--matches, --attach and --top go together with --json";
  if (texts && options.dry_run) return "--dry-run goes together with a FILE of rows";
  if (texts && !options.pairs.empty()) return "--pairs goes together with a FILE of rows";
  if (!options.pairs.empty() && options.line.top > 0) {
    return "--pairs looks at every answer: --top does not go together with it";
  }
  if (!options.pairs.empty() && !options.job.shard.empty()) {
    return "--pairs goes together with whole runs: merge the shards, then run rank on the whole "
           "with --resume --pairs";
  }
  if (rows && !options.input.explain_map) return CheckModelForRows(options.judging);
  return std::nullopt;
}

void CompleteRankOptions(RankCommandOptions& options) {
  const bool texts = options.query || !options.responses.empty();
  if (options.pairs.empty() || texts) return;
  options.line.attach = true;
  if (options.job.output == "-") options.job.output = options.pairs + ".ranks.jsonl";
}

RankOptions ToRankOptions(const RankCommandOptions& options) {
  RankOptions rank;
  for (const RankMethod method : kMethods) {
    if (RankMethodName(method) == options.method) rank.method = method;
  }
  rank.round_robin_limit = options.round_robin_limit;
  return rank;
}

}  // namespace gram::cli
