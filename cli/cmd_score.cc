// `gram-cpu score`: judges one pair for people, or many for programs.
#include <memory>
#include <utility>

#include "cli/command.h"
#include "cli/explain_map.h"
#include "cli/input/row_mapper.h"
#include "cli/job/job.h"
#include "cli/judging_record.h"
#include "cli/open_judge.h"
#include "cli/output/output_file.h"
#include "cli/output/output_row.h"
#include "cli/output/progress.h"
#include "cli/output/schema.h"
#include "cli/output/verdict_text.h"
#include "cli/score_answer.h"
#include "cli/score_options.h"
#include "gram/judge.h"

namespace gram::cli {
namespace {

constexpr const char* kExamples =
    "  gram-cpu score --model M.gram --query \"2 + 2?\" --response1 4 --response2 5\n"
    "  gram-cpu score --model M.gram --input pairs.jsonl --output verdicts.jsonl\n"
    "  cat pairs.jsonl | gram-cpu score --model M.gram --input - | head\n\n"
    "A line of input holds question, response1, response2, and perhaps id and label, or one of\n"
    "the alias names that docs/cli.md lists. Each gives one line of output, in order; a row that\n"
    "cannot be scored gives {\"id\":...,\"row\":n,\"error\":{\"code\":...,\"message\":...}}.\n";

int ScorePair(ReadyJudge& ready, const ScoreCommandOptions& options) {
  const Pair pair = {*options.query, *options.response1, *options.response2};
  const std::vector<Result<Verdict>> verdicts = ready.judge.Score(std::span(&pair, 1), ready.score);
  const Result<Verdict>& verdict = verdicts.front();
  if (!verdict.ok()) return Fail(verdict.status());
  InputRow row;
  row.number = 1;
  row.id_json = "1";
  const Status written =
      WriteStandardOutput(options.json ? VerdictLine(row, *verdict) : VerdictText(*verdict));
  return written.ok() ? kExitOk : Fail(written);
}

// What the lines of a run depend on beside the rows.
RunIdentity IdentityOf(const ReadyJudge& ready, const ScoreCommandOptions& options,
                       const RowSource& source, const RowMapper& mapper) {
  RunIdentity identity;
  identity.verb = "score";
  identity.settings = JudgingSettings(ready, options.judging);
  for (Setting& setting : InputSettings(options.input, source, mapper)) {
    identity.settings.push_back(std::move(setting));
  }
  identity.settings.push_back({"schema", options.schema, "--schema"});
  return identity;
}

int ScoreRows(ReadyJudge& ready, const ScoreCommandOptions& options) {
  Result<RowSource> source = RowSource::Open(options.input.inputs);
  if (!source.ok()) return Fail(source.status());
  Result<RowMapper> mapper = RowMapper::Make(ToMapperOptions(options.input), *source);
  if (!mapper.ok()) return Fail(mapper.status());
  const Schema schema = ParseSchema(options.schema).value_or(Schema::kGramCpu);
  const auto map = [&](RawRow raw) {
    InputRow row = mapper->Map(std::move(raw));
    row.format = mapper->FormatName(row.file);
    return row;
  };
  const auto scorer = [&](std::span<const Pair> pairs, const std::atomic<bool>& stop) {
    ready.score.cancel = &stop;
    return ready.judge.Score(pairs, ready.score);
  };
  const Job job = {.identity = IdentityOf(ready, options, *source, *mapper),
                   .facts = JudgingFacts(ready.judge.info()),
                   .map = OnlyWritableRows(map, schema),
                   .answer = AnswerWithVerdicts(scorer, schema)};
  Progress progress(!options.job.quiet);
  return RunJob(options.job, job, *source, progress);
}

int RunScore(const ScoreCommandOptions& options) {
  if (const auto problem = CheckScoreOptions(options)) return FailUsage("score", *problem);
  if (options.input.explain_map) {
    return ExplainMap(options.input.inputs, ToMapperOptions(options.input));
  }
  Result<ReadyJudge> ready = OpenJudge(options.judging);
  if (!ready.ok()) return Fail(ready.status());
  if (!options.job.quiet) Say(Provenance(*ready, options.judging));
  return options.input.inputs.empty() ? ScorePair(*ready, options) : ScoreRows(*ready, options);
}

}  // namespace

Command AddScore(CLI::App& root) {
  auto options = std::make_shared<ScoreCommandOptions>();
  CLI::App* app = AddVerb(root, "score", "judge one pair of answers, or many", kExamples);
  AddScoreOptions(*app, *options);
  return {app, [options] { return RunScore(*options); }};
}

}  // namespace gram::cli
