#include "cli/score_rows.h"

#include <atomic>
#include <span>
#include <utility>

#include "cli/dry_run_rows.h"
#include "cli/exit.h"
#include "cli/judging_record.h"
#include "cli/run_job.h"
#include "engine/base/status.h"
#include "jobs/formats/row_mapper.h"
#include "jobs/run/answers.h"
#include "jobs/run/job.h"
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

// `ready`, `input` and `options` must outlive the job.
jobs::Job JobOf(ReadyJudge& ready, MappedInput& input, const ScoreCommandOptions& options) {
  const jobs::Schema schema = jobs::ParseSchema(options.schema).value_or(jobs::Schema::kGramCpu);
  jobs::Job job;
  job.identity = IdentityOf(ready, options, input);
  job.facts = JudgingFacts(ready.judge.info());
  job.map = [&input, schema](jobs::RawRow raw) {
    jobs::InputRow row = input.mapper.Map(std::move(raw));
    if (!row.error) row.error = jobs::CheckSchema(schema, row);
    return row;
  };
  job.answer = [&ready, schema](std::span<const jobs::InputRow> rows,
                                const std::atomic<bool>& stop) {
    ready.score.cancel = &stop;
    const auto results = ready.judge.Score(jobs::PairsOf(rows), ready.score);
    return jobs::VerdictLines(schema, rows, results);
  };
  return job;
}

}  // namespace

int ScoreRows(ReadyJudge& ready, const ScoreCommandOptions& options) {
  Result<MappedInput> input = OpenInput(options.input);
  if (!input.ok()) return Fail(input.status());
  return RunJobOfVerb(options.job, JobOf(ready, *input, options), input->source);
}

int DryRunScore(ReadyJudge& ready, const ScoreCommandOptions& options) {
  Result<MappedInput> input = OpenInput(options.input);
  if (!input.ok()) return Fail(input.status());
  return DryRunRows(ready, options.job, JobOf(ready, *input, options), input->source);
}

}  // namespace gram::cli
