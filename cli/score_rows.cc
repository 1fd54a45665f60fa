#include "cli/score_rows.h"

#include <chrono>
#include <cstdlib>
#include <utility>

#include "cli/dry_run_text.h"
#include "cli/exit.h"
#include "cli/judging_record.h"
#include "cli/output/progress.h"
#include "cli/run_job.h"
#include "engine/base/status.h"
#include "jobs/formats/row_mapper.h"
#include "jobs/io/output_file.h"
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

double MonotonicSeconds() {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration<double>(now).count();
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

int DryRunRows(ReadyJudge& ready, const ScoreCommandOptions& options) {
  const Result<jobs::Shard> shard = jobs::ChooseShard(options.job.shard, ::getenv);
  if (!shard.ok()) return FailUsage("score", shard.status().message());
  Result<MappedInput> input = OpenInput(options.input);
  if (!input.ok()) return Fail(input.status());
  const Judge& judge = ready.judge;
  const jobs::DryRunJudge dry = {
      .plan = [&](std::span<const Pair> pairs) { return judge.Plan(pairs, ready.score); },
      .score = [&](std::span<const Pair> pairs) { return ready.judge.Score(pairs, ready.score); },
      .tokens_computed = [&] { return judge.tokens_computed(); },
      .seconds = MonotonicSeconds};
  Result<jobs::DryRunReport> report = [&] {
    Progress progress(!options.job.quiet);
    return jobs::DryRun(dry, input->source, *shard, MapWith(input->mapper, SchemaOf(options)),
                        progress);
  }();
  if (!report.ok()) return Fail(report.status());
  const auto model_limit = static_cast<size_t>(judge.info().max_tokens);
  const size_t limit = ready.score.max_tokens > 0 ? ready.score.max_tokens : model_limit;
  const Status written =
      jobs::WriteStandardOutput(DryRunText(*report, static_cast<int64_t>(limit)));
  if (!written.ok()) return Fail(written);
  return report->failed_rows() > 0 ? kExitRowErrors : kExitOk;
}

}  // namespace gram::cli
