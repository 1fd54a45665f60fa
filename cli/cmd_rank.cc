// `gram-cpu rank`: orders the answers to one question for people, or those of many for programs.
#include <memory>
#include <utility>

#include "cli/command.h"
#include "cli/dry_run_rows.h"
#include "cli/explain_map.h"
#include "cli/judging_record.h"
#include "cli/open_judge.h"
#include "cli/output/rank_text.h"
#include "cli/rank_options.h"
#include "cli/rank_pairs_file.h"
#include "cli/run_job.h"
#include "cli/standard_input.h"
#include "gram/rank.h"
#include "jobs/formats/row_mapper.h"
#include "jobs/io/files.h"
#include "jobs/run/job.h"
#include "jobs/run/rank_answer.h"
#include "jobs/run/rank_plan.h"
#include "jobs/verdicts/rank_row.h"

namespace gram::cli {
namespace {

constexpr const char* kExamples =
    "  gram-cpu rank --query \"What is 2 + 2?\" --response 4 --response 5 --response four\n"
    "  gram-cpu rank --model M.gram candidates.jsonl --output ranks.jsonl\n"
    "  gram-cpu rank --model M.gram candidates.jsonl --method knockout\n\n"
    "A row of input holds a question and a list of answers: prompt and responses, or one of the\n"
    "formats of docs/inputs.md. Each gives one line of output, in order; a row that cannot be\n"
    "ranked gives {\"id\":...,\"row\":n,\"error\":{\"code\":...,\"message\":...}}.\n"
    "A single list is ranked without --model, too: by the demo model, a toy that knows simple\n"
    "questions only. Rows want a model by name; --model demo is that toy.\n";

int RankList(ReadyJudge& ready, const RankCommandOptions& options) {
  const Result<Ranking> ranking =
      Rank(ready.judge, *options.query, options.responses, ToRankOptions(options), ready.score);
  if (!ranking.ok()) return Fail(ranking.status());
  jobs::InputRow row;
  row.number = 1;
  row.id_json = "1";
  const Status written = jobs::WriteStandardOutput(
      options.json ? jobs::RankLine(row, *ranking, options.line) : RankText(*ranking));
  return written.ok() ? kExitOk : Fail(written);
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
  identity.settings.push_back({"method", options.method, "--method"});
  identity.settings.push_back(
      {"round_robin_limit", std::to_string(options.round_robin_limit), "--round-robin-limit"});
  identity.settings.push_back({"matches", options.line.matches ? "yes" : "no"});
  // Recorded only where they are given, so that runs of earlier versions can be resumed.
  if (options.line.attach) identity.settings.push_back({"attach", "yes"});
  if (options.line.top > 0) {
    identity.settings.push_back({"top", std::to_string(options.line.top), "--top"});
  }
  return identity;
}

int RankRows(ReadyJudge& ready, const RankCommandOptions& options) {
  // Found out now, and not when the rows are ranked.
  if (const Status free = CheckPairsFile(options); !options.dry_run && !free.ok())
    return Fail(free);
  Result<jobs::RowSource> source = jobs::RowSource::Open(options.input.inputs);
  if (!source.ok()) return Fail(source.status());
  Result<jobs::RowMapper> mapper =
      jobs::RowMapper::Make(ToListMapperOptions(options.input), *source);
  if (!mapper.ok()) return Fail(mapper.status());
  jobs::RowMap map = [&](jobs::RawRow raw) { return mapper->Map(std::move(raw)); };
  if (options.dry_run) {
    return DryRunRows("rank", ready, options.job, *source,
                      jobs::WithRankComparisons(std::move(map), ToRankOptions(options)));
  }
  const auto ranker = [&](std::span<const RankTask> tasks, const std::atomic<bool>& stop) {
    ready.score.cancel = &stop;
    return RankAll(ready.judge, tasks, ToRankOptions(options), ready.score);
  };
  const jobs::Job job = {.identity = IdentityOf(ready, options, *source, *mapper),
                         .facts = JudgingFacts(ready.judge.info()),
                         .map = std::move(map),
                         .answer = jobs::AnswerWithRanks(ranker, options.line)};
  const int code = RunJobOfVerb(options.job, job, *source);
  if (options.pairs.empty() || (code != kExitOk && code != kExitRowErrors)) return code;
  const Result<PairCount> count = WritePairs(options);
  if (!count.ok()) return Fail(count.status());
  if (!options.job.quiet) Say(PairsSummary(*count));
  return code;
}

int RunRank(RankCommandOptions& options) {
  const bool texts = options.query || !options.responses.empty();
  if (!texts) UseStandardInput(options.input.inputs, options.job.quiet);

  CompleteRankOptions(options);
  if (const auto problem = CheckRankOptions(options)) return FailUsage("rank", *problem);
  if (options.input.explain_map) {
    return ExplainMap(options.input.inputs, ToListMapperOptions(options.input));
  }
  Result<ReadyJudge> ready = OpenJudge(options.judging);
  if (!ready.ok()) return Fail(ready.status());
  if (!options.job.quiet && !options.judging.engine.model.empty()) {
    Say(Provenance(*ready, options.judging) + ", method " + options.method);
  }
  return options.input.inputs.empty() ? RankList(*ready, options) : RankRows(*ready, options);
}

}  // namespace

Command AddRank(CLI::App& root) {
  auto options = std::make_shared<RankCommandOptions>();
  CLI::App* app = AddVerb(root, "rank", "order the answers to one question, or to many", kExamples);
  AddRankOptions(*app, *options);
  return {app, [options] { return RunRank(*options); }};
}

}  // namespace gram::cli
