#include "cli/score_rows.h"

#include <utility>

#include "cli/dry_run_rows.h"
#include "cli/exit.h"
#include "cli/judging.h"
#include "cli/run_job.h"
#include "engine/base/status.h"
#include "jobs/formats/row_mapper.h"
#include "jobs/run/job.h"
#include "jobs/run/score_answer.h"
#include "jobs/verdicts/schema.h"

namespace gram::cli {
namespace {

// Rows on their way to the judge.
struct MappedInput {
  jobs::RowSource source;
  jobs::RowMapper mapper;
};

Result<MappedInput> OpenInput(const InputOptions& options) {
  GRAM_ASSIGN_OR_RETURN(jobs::RowSource source, jobs::RowSource::Open(options.inputs));
  GRAM_ASSIGN_OR_RETURN(jobs::RowMapper mapper,
                        jobs::RowMapper::Make(ToMapperOptions(options), source));
  return MappedInput{std::move(source), std::move(mapper)};
}

jobs::Schema SchemaOf(const ScoreCommandOptions& options) {
  return jobs::ParseSchema(options.schema).value_or(jobs::Schema::kGramCpu);
}

jobs::RowMap MapWith(jobs::RowMapper& mapper, jobs::Schema schema) {
  return jobs::OnlyWritableRows([&mapper](jobs::RawRow raw) { return mapper.Map(std::move(raw)); },
                                schema);
}

// What the lines of a run depend on beside the rows.
jobs::RunIdentity IdentityOf(const ReadyJudge& ready, const ScoreCommandOptions& options,
                             const MappedInput& input) {
  jobs::RunIdentity identity;
  identity.verb = "score";
  identity.settings = JudgingSettings(ready, options.judging);
  for (jobs::Setting& setting : InputSettings(options.input, input.source, input.mapper)) {
    identity.settings.push_back(std::move(setting));
  }
  identity.settings.push_back({"schema", options.schema, "--schema"});
  return identity;
}

}  // namespace

int ScoreRows(ReadyJudge& ready, const ScoreCommandOptions& options) {
  Result<MappedInput> input = OpenInput(options.input);
  if (!input.ok()) return Fail(input.status());
  const jobs::Schema schema = SchemaOf(options);
  const auto scorer = [&](std::span<const Pair> pairs, const std::atomic<bool>& stop) {
    ready.score.cancel = &stop;
    return ready.judge.Score(pairs, ready.score);
  };
  const jobs::Job job = {.identity = IdentityOf(ready, options, *input),
                         .facts = JudgingFacts(ready.judge.info()),
                         .map = MapWith(input->mapper, schema),
                         .answer = jobs::AnswerWithVerdicts(scorer, schema)};
  return RunJobOfVerb(options.job, job, input->source);
}

int DryRunScore(ReadyJudge& ready, const ScoreCommandOptions& options) {
  Result<MappedInput> input = OpenInput(options.input);
  if (!input.ok()) return Fail(input.status());
  return DryRunRows("score", ready, options.job, input->source,
                    MapWith(input->mapper, SchemaOf(options)));
}

}  // namespace gram::cli
