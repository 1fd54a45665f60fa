// `gram-cpu rank`: orders the answers to one question for people, or those of many for programs.
#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "cli/command.h"
#include "cli/exit.h"
#include "cli/input_options.h"
#include "cli/judging.h"
#include "cli/output/verdict_text.h"
#include "cli/run_job.h"
#include "cli/usage.h"
#include "engine/base/status.h"
#include "gram/named.h"
#include "gram/option_names.h"
#include "gram/rank.h"
#include "jobs/formats/row_mapper.h"
#include "jobs/io/byte_source.h"
#include "jobs/io/count_text.h"
#include "jobs/io/files.h"
#include "jobs/run/answers.h"
#include "jobs/run/job.h"
#include "jobs/run/output_files.h"
#include "jobs/verdicts/kept_fields.h"
#include "jobs/verdicts/rank_line.h"
#include "jobs/verdicts/rank_pairs.h"

namespace gram::cli {
namespace {

constexpr const char* kExamples =
    "  gram-cpu rank --query \"What is 2 + 2?\" --response 4 --response 5 --response four\n"
    "  gram-cpu rank --model M.gram candidates.jsonl --output ranks.jsonl\n"
    "  gram-cpu rank --model M.gram candidates.jsonl --method knockout\n\n"
    "A row of input holds a question and a list of answers: prompt and responses, or has one of "
    "the\n"
    "formats of docs/inputs.md. Each row gives one line of output, in order; a row that cannot be\n"
    "ranked gives {\"id\":...,\"row\":n,\"error\":{\"code\":...,\"message\":...}}.\n"
    "A single list can be ranked without --model, by the demo model: a toy that knows only simple\n"
    "questions. Rows always need --model; --model demo is that toy.\n";

// What the user typed. Exactly one of a list (`query` and `responses`) and `input.inputs` is set
// once CheckOptions has agreed.
struct RankCommandOptions {
  JudgingOptions judging;
  std::optional<std::string> query;
  std::vector<std::string> responses;
  InputOptions input;
  JobOptions job;
  RankOptions rank;
  jobs::RankLineOptions line;
  std::string pairs;  // file of pairs to train on; empty: none
  jobs::PairChoice pairs_of = jobs::PairChoice::kBestWorst;
  bool json = false;
  bool dry_run = false;
};

constexpr Named<jobs::PairChoice> kPairChoiceNames[] = {
    {"best-worst", jobs::PairChoice::kBestWorst}, {"best-each", jobs::PairChoice::kBestEach}};
constexpr int64_t kMaxRoundRobin = 10000;
constexpr int64_t kMaxTop = 1000000;

void AddOptions(CLI::App& app, RankCommandOptions& options) {
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
  options.input.parquet = true;
  AddInputOptions(app, options.input);
  AddJobOptions(app, options.job);
  AddChoice(app, "--method", options.rank.method, kRankMethodNames,
            "which answers are compared (default auto: round_robin up to " +
                std::to_string(kAutoRoundRobin) + " different ones, else knockout)");
  app.add_option("--round-robin-limit", options.rank.round_robin_limit,
                 "largest number of different answers for a round robin (default " +
                     std::to_string(options.rank.round_robin_limit) + ")")
      ->check(WholeNumber(2, kMaxRoundRobin))
      ->type_name("N");
  app.add_flag("--matches", options.line.matches, "list every comparison in the JSON");
  app.add_flag("--attach", options.line.attach, "add the question and the answers to the JSON");
  app.add_option("--top", options.line.top,
                 "list the K best answers in the JSON, best first; with --attach, only their texts")
      ->check(WholeNumber(1, kMaxTop))
      ->type_name("K");
  app.add_option("--pairs", options.pairs,
                 "also write pairs to train on: prompt, chosen and rejected, as TRL reads them")
      ->check(LinesFile())
      ->type_name("FILE");
  AddChoice(app, "--pairs-of", options.pairs_of, kPairChoiceNames,
            "pair the best answer with the worst (best-worst, the default) or with each of the "
            "others (best-each)");
  app.add_flag("--dry-run", options.dry_run,
               "read and tokenise everything, compare a little, and say what all of it would take");
  app.add_flag("--json", options.json, "print the result of a single list as JSON");
}

// What is wrong with the options of a single list, or nothing.
std::optional<std::string> CheckList(const RankCommandOptions& options) {
  if (!options.query) return "a single list needs --query";
  if (options.responses.empty()) return "a single list needs a --response for each answer";
  if (options.job.output != "-") return "--output needs a FILE of rows";
  if (!options.job.keep.empty()) return "--keep needs a FILE of rows";
  const bool more = options.line.matches || options.line.attach || options.line.top > 0;
  if (more && !options.json) return "--matches, --attach and --top need --json";
  if (options.dry_run) return "--dry-run needs a FILE of rows";
  if (!options.pairs.empty()) return "--pairs needs a FILE of rows";
  return std::nullopt;
}

// What is wrong with the combination of options, or nothing.
std::optional<std::string> CheckOptions(const RankCommandOptions& options) {
  if (auto problem = CheckInputOptions(options.input)) return problem;
  if (auto problem = CheckJobOptions(options.job)) return problem;
  const bool rows = !options.input.inputs.empty();
  const bool texts = options.query || !options.responses.empty();
  if (rows && texts) return "a FILE of rows cannot be combined with --query and --response";
  if (!rows && !texts) {
    return "nothing to rank: give --query and --response, a FILE of rows, or rows on standard "
           "input";
  }
  if (texts) return CheckList(options);
  if (!options.pairs.empty() && options.line.top > 0) {
    return "--pairs needs every answer, so it cannot be combined with --top";
  }
  if (!options.pairs.empty() && !options.job.shard.empty()) {
    return "--pairs cannot be combined with --shard: rank and merge the shards, then run rank "
           "without --shard, with --resume --pairs";
  }
  return options.input.explain_map ? std::nullopt : CheckModelForRows(options.judging);
}

// Sets what follows from the options where rows are ranked: pairs are made of rankings with texts,
// in a file of their own where no other is named.
void CompleteOptions(RankCommandOptions& options) {
  const bool texts = options.query || !options.responses.empty();
  if (options.pairs.empty() || texts) return;
  options.line.attach = true;
  if (options.job.output == "-") options.job.output = options.pairs + ".ranks.jsonl";
}

RankOptions ToRankOptions(const ReadyJudge& ready, const RankCommandOptions& options) {
  RankOptions rank = options.rank;
  const bool by_reward = ready.judge.info().gives_reward;
  if (rank.method == RankMethod::kAuto && by_reward) rank.method = RankMethod::kReward;
  return rank;
}

int RankList(ReadyJudge& ready, const RankCommandOptions& options) {
  const Result<Ranking> ranking = Rank(ready.judge, *options.query, options.responses,
                                       ToRankOptions(ready, options), ready.score);
  if (!ranking.ok()) return Fail(ranking.status());
  jobs::InputRow row;
  row.number = 1;
  row.id_json = "1";
  return Print(options.json ? jobs::RankLine(row, *ranking, options.line) : RankText(*ranking));
}

jobs::MapperOptions ToListMapperOptions(const InputOptions& options) {
  jobs::MapperOptions mapper = ToMapperOptions(options);
  mapper.comparisons = false;
  return mapper;
}

// What the lines of a run depend on beside the rows.
jobs::RunIdentity IdentityOf(const ReadyJudge& ready, const RankCommandOptions& options,
                             const jobs::RowSource& source, const jobs::RowMapper& mapper) {
  jobs::RunIdentity identity;
  identity.verb = "rank";
  identity.settings = JudgingSettings(ready, options.judging);
  for (jobs::Setting& setting : InputSettings(options.input, source, mapper)) {
    identity.settings.push_back(std::move(setting));
  }
  identity.settings.push_back(
      {"method", std::string(RankMethodName(options.rank.method)), "--method"});
  identity.settings.push_back(
      {"round_robin_limit", std::to_string(options.rank.round_robin_limit), "--round-robin-limit"});
  identity.settings.push_back({"matches", options.line.matches ? "yes" : "no", "--matches"});
  identity.settings.push_back({"attach", options.line.attach ? "yes" : "", "--attach"});
  identity.settings.push_back(
      {"top", options.line.top > 0 ? std::to_string(options.line.top) : "", "--top"});
  return identity;
}

// How many pairs came of how many rankings.
struct PairCount {
  int64_t pairs = 0;
  int64_t rows = 0;     // of the rankings
  int64_t without = 0;  // of these, rows that make no pair
};

// The file of --pairs. kInvalidArgument where it holds something that is not to be replaced:
// --force and the options that resume a run replace it.
Result<jobs::LinesFile> OpenPairs(const RankCommandOptions& options) {
  const bool replace = options.job.force || options.job.resume || options.job.retry_failed;
  return jobs::LinesFile::Create(options.pairs, replace);
}

// Makes the file of --pairs from the rankings in options.job.output, which are complete.
Result<PairCount> WritePairs(const RankCommandOptions& options) {
  GRAM_ASSIGN_OR_RETURN(jobs::LineFile rankings, jobs::LineFile::Open(options.job.output));
  GRAM_ASSIGN_OR_RETURN(jobs::LinesFile file, OpenPairs(options));
  jobs::PairMaker maker(options.pairs_of);
  PairCount count;
  std::string line;
  while (true) {
    GRAM_ASSIGN_OR_RETURN(const bool more, rankings.Next(line));
    if (!more) break;
    GRAM_ASSIGN_OR_RETURN(const std::vector<std::string> pairs, maker.Make(line));
    for (const std::string& pair : pairs) GRAM_RETURN_IF_ERROR(file.Write(pair));
    ++count.rows;
    count.without += pairs.empty() ? 1 : 0;
    count.pairs += static_cast<int64_t>(pairs.size());
  }
  GRAM_RETURN_IF_ERROR(file.Commit());
  return count;
}

std::string PairsSummary(const PairCount& count) {
  const std::string pairs =
      jobs::Counted(count.pairs, "pair") + " from " + jobs::Counted(count.rows, "row");
  if (count.without == 0) return pairs;
  return pairs + "; " + jobs::Counted(count.without, "row") +
         (count.without == 1 ? " makes" : " make") +
         " none: nothing to choose between, or no answer that is clearly better";
}

// `ready`, `options` and `mapper` must outlive the job.
jobs::Job JobOf(ReadyJudge& ready, const RankCommandOptions& options, const jobs::RowSource& source,
                jobs::RowMapper& mapper) {
  jobs::Job job;
  job.identity = IdentityOf(ready, options, source, mapper);
  job.facts = JudgingFacts(ready.judge.info());
  job.map = [&](jobs::RawRow raw) {
    jobs::InputRow row = mapper.Map(std::move(raw));
    if (options.dry_run) jobs::PlanRanking(ToRankOptions(ready, options), row);
    return row;
  };
  job.answer = [&](std::span<const jobs::InputRow> rows, const std::atomic<bool>& stop) {
    ready.score.cancel = &stop;
    const auto tasks = jobs::RankTasksOf(rows);
    const auto rankings = RankAll(ready.judge, tasks, ToRankOptions(ready, options), ready.score);
    return jobs::RankLines(options.line, rows, rankings);
  };
  return job;
}

int RankRows(ReadyJudge& ready, const RankCommandOptions& options) {
  const bool pairs = !options.pairs.empty() && !options.dry_run;
  // Found out now rather than after the rows are ranked.
  if (pairs) {
    if (const Status free = OpenPairs(options).status(); !free.ok()) return Fail(free);
  }
  const jobs::KeptFields kept = jobs::KeptFields::Parse(options.job.keep).value();
  Result<jobs::RowSource> source =
      OpenRows(options.input, [&](const std::string& column) { return kept.Keeps(column); });
  if (!source.ok()) return Fail(source.status());
  Result<jobs::RowMapper> mapper =
      jobs::RowMapper::Make(ToListMapperOptions(options.input), *source);
  if (!mapper.ok()) return Fail(mapper.status());
  jobs::Job job = JobOf(ready, options, *source, *mapper);
  if (options.dry_run) return DryRunRows(ready, options.job, std::move(job), *source);
  const int code = RunJobOfVerb(options.job, std::move(job), *source);
  if (!pairs || (code != kExitOk && code != kExitRowErrors)) return code;
  const Result<PairCount> count = WritePairs(options);
  if (!count.ok()) return Fail(count.status());
  if (!options.job.quiet) Say(PairsSummary(*count));
  return code;
}

int RunRank(RankCommandOptions& options) {
  const bool texts = options.query || !options.responses.empty();
  if (!texts) UseStandardInput(options.input, options.job.quiet);
  CompleteOptions(options);
  if (const auto problem = CheckOptions(options)) return FailUsage("rank", *problem);
  if (options.input.explain_map) {
    return ExplainMap(options.input, ToListMapperOptions(options.input));
  }
  Result<ReadyJudge> ready = OpenJudge(options.judging);
  if (!ready.ok()) return Fail(ready.status());
  const RankMethod method = ToRankOptions(*ready, options).method;
  if (const Status fits = CheckRankMethod(ready->judge.info(), method); !fits.ok()) {
    return Fail(fits);
  }
  if (!options.job.quiet && !options.judging.engine.model.empty()) {
    Say(Provenance(*ready, options.judging) + ", method " + std::string(RankMethodName(method)));
  }
  return texts ? RankList(*ready, options) : RankRows(*ready, options);
}

}  // namespace

Command AddRank(CLI::App& root) {
  auto options = std::make_shared<RankCommandOptions>();
  CLI::App* app = AddVerb(root, "rank", "order the answers to one question, or to many", kExamples);
  AddOptions(*app, *options);
  return {app, [options] { return RunRank(*options); }};
}

}  // namespace gram::cli
