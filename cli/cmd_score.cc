// `gram-cpu score`: judges one pair for people, or many for programs.
#include "cli/cmd_score.h"

#include <atomic>
#include <memory>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "cli/command.h"
#include "cli/exit.h"
#include "cli/output/verdict_text.h"
#include "cli/usage.h"
#include "engine/base/status.h"
#include "gram/judge.h"
#include "jobs/eval/calibration.h"
#include "jobs/eval/sampled_pairs.h"
#include "jobs/formats/row_mapper.h"
#include "jobs/io/files.h"
#include "jobs/parquet/parquet.h"
#include "jobs/run/answers.h"
#include "jobs/run/job.h"
#include "jobs/verdicts/kept_fields.h"
#include "jobs/verdicts/schema.h"
#include "jobs/verdicts/value_text.h"
#include "jobs/verdicts/verdict_line.h"

namespace gram::cli {
namespace {

constexpr const char* kExamples =
    "  gram-cpu score --query \"What is 2 + 2?\" --response1 4 --response2 5\n"
    "  gram-cpu score --model M.gram pairs.jsonl --output verdicts.jsonl\n"
    "  zcat pairs.jsonl.gz | gram-cpu score --model M.gram | head\n\n"
    "A row of input holds question, response1, response2, and perhaps id and label, or has one of\n"
    "the formats of docs/inputs.md. Each row gives one line of output, in order; a row that "
    "cannot\n"
    "be scored gives {\"id\":...,\"row\":n,\"error\":{\"code\":...,\"message\":...}}.\n"
    "A single pair can be judged without --model, by the demo model: a toy that knows only simple\n"
    "questions. Rows always need --model; --model demo is that toy.\n";

// What the user typed. Exactly one of a pair (all three texts) and `input.inputs` is set once
// CheckOptions has agreed.
struct ScoreCommandOptions : ScoreRowsOptions {
  std::optional<std::string> query;
  std::optional<std::string> response1;
  std::optional<std::string> response2;
  bool json = false;
  bool dry_run = false;
};

void AddOptions(CLI::App& app, ScoreCommandOptions& options) {
  AddJudgingOptions(app, options.judging);
  app.add_option("--query,--question", options.query, "question of a single pair")
      ->type_name("TEXT");
  app.add_option("--response1", options.response1, "its first answer")->type_name("TEXT");
  app.add_option("--response2", options.response2, "its second answer")->type_name("TEXT");
  options.input.parquet = true;
  AddInputOptions(app, options.input);
  AddJobOptions(app, options.job, "-, standard output", /*writes_parquet=*/true);
  app.add_option("--schema", options.schema, "shape of the result lines (default gram-cpu)")
      ->check(OneOf({"gram-cpu", "gram", "rewardbench", "judgebench"}))
      ->type_name("NAME");
  app.add_option("--calibration", options.calibration,
                 "what gram-cpu calibrate wrote for this judge: adds the probability and the "
                 "decision to every verdict")
      ->check(NotEmpty())
      ->type_name("FILE");
  app.add_flag("--dry-run", options.dry_run,
               "read and tokenise everything, score a little, and say what all of it would take");
  app.add_flag("--json", options.json, "print the result of a single pair as JSON");
}

// What is wrong with the options of a single pair, or nothing.
std::optional<std::string> CheckPair(const ScoreCommandOptions& options) {
  if (!options.query || !options.response1 || !options.response2) {
    return "a single pair needs all of --query, --response1 and --response2";
  }
  if (options.dry_run) return "--dry-run needs a FILE of rows";
  if (options.job.output != "-") return "--output needs a FILE of rows";
  if (!options.job.keep.empty()) return "--keep needs a FILE of rows";
  if (!options.calibration.empty()) return "--calibration needs a FILE of rows";
  return std::nullopt;
}

// What is wrong with the options of an output of columns, or nothing.
std::optional<std::string> CheckColumns(const ScoreCommandOptions& options) {
  if (!jobs::IsNamedParquet(options.job.output)) return std::nullopt;
  const std::string lines = " is about lines: name the output .jsonl";
  if (options.schema != "gram-cpu") return "--schema " + options.schema + lines;
  if (!options.calibration.empty()) return "--calibration" + lines;
  return std::nullopt;
}

// What is wrong with the combination of options, or nothing.
std::optional<std::string> CheckOptions(const ScoreCommandOptions& options) {
  if (auto problem = CheckInputOptions(options.input)) return problem;
  if (auto problem = CheckJobOptions(options.job, /*writes_parquet=*/true)) return problem;
  const bool texts = options.query || options.response1 || options.response2;
  const bool rows = !options.input.inputs.empty();
  if (rows && texts) {
    return "a FILE of rows cannot be combined with --query, --response1 and --response2";
  }
  if (!rows && !texts) {
    return "nothing to score: give --query, --response1 and --response2, a FILE of rows, or rows "
           "on standard input";
  }
  if (texts) return CheckPair(options);
  if (!options.job.keep.empty() && options.schema != "gram-cpu") {
    return "--keep is not needed with --schema " + options.schema +
           ", whose lines carry the whole row";
  }
  if (!options.calibration.empty() && options.schema != "gram-cpu") {
    return "--calibration adds to verdicts in schema gram-cpu, not " + options.schema;
  }
  if (auto problem = CheckColumns(options)) return problem;
  return options.input.explain_map ? std::nullopt : CheckModelForRows(options.judging);
}

int ScorePair(ReadyJudge& ready, const ScoreCommandOptions& options) {
  const Pair pair = {*options.query, *options.response1, *options.response2};
  const std::vector<Result<Verdict>> verdicts = ready.judge.Score(std::span(&pair, 1), ready.score);
  const Result<Verdict>& verdict = verdicts.front();
  if (!verdict.ok()) return Fail(verdict.status());
  jobs::InputRow row;
  row.number = 1;
  row.id_json = "1";
  return Print(options.json ? jobs::VerdictLine(row, *verdict) : VerdictText(*verdict));
}

// Rows on their way to the judge.
struct MappedInput {
  jobs::RowSource source;
  jobs::RowMapper mapper;
};

Result<MappedInput> OpenInput(const ScoreRowsOptions& options) {
  GRAM_ASSIGN_OR_RETURN(const jobs::KeptFields kept, jobs::KeptFields::Parse(options.job.keep));
  const bool whole_rows = options.schema != "gram-cpu";  // lines repeat them
  const bool in_lines = !jobs::IsNamedParquet(options.job.output);
  GRAM_ASSIGN_OR_RETURN(jobs::RowSource source,
                        OpenRows(options.input, [&](const std::string& column) {
                          return whole_rows || (in_lines && kept.Keeps(column));
                        }));
  GRAM_ASSIGN_OR_RETURN(jobs::RowMapper mapper,
                        jobs::RowMapper::Make(ToMapperOptions(options.input), source));
  return MappedInput{std::move(source), std::move(mapper)};
}

// What the lines of a run depend on beside the rows.
jobs::RunIdentity IdentityOf(const ReadyJudge& ready, const ScoreRowsOptions& options,
                             const MappedInput& input) {
  jobs::RunIdentity identity;
  identity.verb = "score";
  identity.settings = JudgingSettings(ready, options.judging);
  for (jobs::Setting& setting : InputSettings(options.input, input.source, input.mapper)) {
    identity.settings.push_back(std::move(setting));
  }
  identity.settings.push_back({"schema", options.schema, "--schema"});
  if (options.sampled_pairs) {
    identity.settings.push_back({jobs::kPairsSetting, jobs::kSampledPairs});
  }
  return identity;
}

// What a calibration has each verdict say; nothing where none is asked for. Errors: those of
// ReadCalibration and CheckSameJudge.
Result<jobs::VerdictAddition> CalibratedBy(const ScoreRowsOptions& options,
                                           const std::vector<jobs::Setting>& settings) {
  if (options.calibration.empty()) return jobs::VerdictAddition();
  GRAM_ASSIGN_OR_RETURN(jobs::Calibration read, jobs::ReadCalibration(options.calibration));
  GRAM_RETURN_IF_ERROR(jobs::CheckSameJudge(read, settings, "this run"));
  const auto calibration = std::make_shared<const jobs::Calibration>(std::move(read));
  const double threshold = calibration->Threshold(calibration->max_error, calibration->guarantee);
  return jobs::VerdictAddition([calibration, threshold](const Verdict& verdict) {
    return calibration->Members(verdict.margin, threshold);
  });
}

// `ready` and `input` must outlive the job.
Result<jobs::Job> JobOf(ReadyJudge& ready, MappedInput& input, const ScoreRowsOptions& options) {
  const jobs::Schema schema = jobs::ParseSchema(options.schema).value_or(jobs::Schema::kGramCpu);
  jobs::Job job;
  job.identity = IdentityOf(ready, options, input);
  GRAM_ASSIGN_OR_RETURN(const jobs::VerdictAddition addition,
                        CalibratedBy(options, job.identity.settings));
  if (addition) {
    GRAM_ASSIGN_OR_RETURN(const jobs::FileIdentity file, jobs::IdentifyFile(options.calibration));
    job.identity.settings.push_back({"calibration", jobs::HexText(file.checksum), "--calibration"});
  }
  job.facts = JudgingFacts(ready.judge.info());
  if (options.input.parquet && !jobs::ParquetLibrary().empty()) {
    GRAM_RETURN_IF_ERROR(jobs::CheckNotOfPackage(options.job.output));
  }
  if (jobs::IsNamedParquet(options.job.output)) {
    GRAM_ASSIGN_OR_RETURN(const jobs::KeptFields keep, jobs::KeptFields::Parse(options.job.keep));
    GRAM_ASSIGN_OR_RETURN(job.pack,
                          jobs::ParquetPacker(input.source.files(), keep,
                                              ToMapperOptions(options.input).IdsAreOf("id")));
  }
  job.map = [&input, schema, sampled = options.sampled_pairs](jobs::RawRow raw) {
    jobs::InputRow row = input.mapper.Map(std::move(raw));
    if (sampled) jobs::KeepSampledPairs(row);
    if (!row.error) row.error = jobs::CheckSchema(schema, row);
    return row;
  };
  job.answer = [&ready, schema, addition](std::span<const jobs::InputRow> rows,
                                          const std::atomic<bool>& stop) {
    ready.score.cancel = &stop;
    const auto results = ready.judge.Score(jobs::PairsOf(rows), ready.score);
    return jobs::VerdictLines(schema, rows, results, addition);
  };
  return job;
}

int DryRunScore(ReadyJudge& ready, const ScoreCommandOptions& options) {
  Result<MappedInput> input = OpenInput(options);
  if (!input.ok()) return Fail(input.status());
  Result<jobs::Job> job = JobOf(ready, *input, options);
  if (!job.ok()) return Fail(job.status());
  return DryRunRows(ready, options.job, std::move(job).value(), input->source);
}

int RunScore(ScoreCommandOptions& options) {
  const bool texts = options.query || options.response1 || options.response2;
  if (!texts) UseStandardInput(options.input, options.job.quiet);
  if (const auto problem = CheckOptions(options)) return FailUsage("score", *problem);
  if (options.input.explain_map) {
    return ExplainMap(options.input, ToMapperOptions(options.input));
  }
  Result<ReadyJudge> ready = OpenJudge(options.judging);
  if (!ready.ok()) return Fail(ready.status());
  // Where no model is named, ModelOrDemo has said which one judges.
  if (!options.job.quiet && !options.judging.engine.model.empty()) {
    Say(Provenance(*ready, options.judging));
  }
  if (texts) return ScorePair(*ready, options);
  return options.dry_run ? DryRunScore(*ready, options) : ScoreRows(*ready, options);
}

}  // namespace

int ScoreRows(ReadyJudge& ready, const ScoreRowsOptions& options) {
  Result<MappedInput> input = OpenInput(options);
  if (!input.ok()) return Fail(input.status());
  Result<jobs::Job> job = JobOf(ready, *input, options);
  if (!job.ok()) return Fail(job.status());
  return RunJobOfVerb(options.job, std::move(job).value(), input->source);
}

Command AddScore(CLI::App& root) {
  auto options = std::make_shared<ScoreCommandOptions>();
  CLI::App* app = AddVerb(root, "score", "judge one pair of answers, or many", kExamples);
  AddOptions(*app, *options);
  return {app, [options] { return RunScore(*options); }};
}

}  // namespace gram::cli
