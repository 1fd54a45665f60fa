// `gram-cpu eval`: a judge against a benchmark, from its rows to its table.
#include "cli/cmd_eval.h"

#include <algorithm>
#include <limits>
#include <memory>
#include <optional>
#include <utility>

#include "cli/cmd_score.h"
#include "cli/command.h"
#include "cli/exit.h"
#include "cli/output/eval_text.h"
#include "cli/usage.h"
#include "engine/base/status.h"
#include "jobs/eval/eval_run.h"

namespace gram::cli {
namespace {

constexpr const char* kExamples =
    "  gram-cpu eval judgebench gpt.jsonl --model M.gram --resume\n"
    "  gram-cpu eval rewardbench filtered.jsonl --model M.gram --output rb.jsonl --json\n"
    "  gram-cpu eval pairs mine.jsonl --model M.gram --group-by topic\n\n"
    "BENCHMARK is judgebench, rewardbench, rewardbench2, rm-bench, ppe, or pairs for labelled "
    "rows\n"
    "of any kind. The verdicts are those of score, and go to BENCHMARK.verdicts.jsonl; the table "
    "is\n"
    "printed once all rows are judged, and again by gram-cpu report. docs/eval.md says where to "
    "get\n"
    "the files and what each number means.\n";

// What the user typed.
struct EvalOptions {
  std::string benchmark;
  ScoreRowsOptions rows;
  FigureOptions figures;
  std::string report;
};

void AddOptions(CLI::App& app, EvalOptions& options) {
  app.add_option("BENCHMARK", options.benchmark, "which table")
      ->check(OneOf(BenchmarkNames()))
      ->type_name("NAME")
      ->required();
  options.rows.judging.judge_protocol = Protocol::kEval;
  options.rows.job.output.clear();
  AddInputOptions(app, options.rows.input);
  AddJudgingOptions(app, options.rows.judging);
  AddJobOptions(app, options.rows.job, "BENCHMARK.verdicts.jsonl");
  app.add_option("--group-by", options.figures.group_by,
                 "for pairs: fields of the rows by whose values accuracy is told apart")
      ->type_name("FIELD,...")
      ->delimiter(',');
  AddFigureOptions(app, options.figures);
  app.add_option("--report", options.report, "also write a page of HTML")->type_name("FILE");
}

std::optional<std::string> CheckOptions(const EvalOptions& options) {
  const InputOptions& input = options.rows.input;
  if (auto problem = CheckInputOptions(input)) return problem;
  if (auto problem = CheckJobOptions(options.rows.job)) return problem;
  if (input.inputs.empty()) return "nothing to judge: name a FILE of the benchmark's rows";
  if (std::find(input.inputs.begin(), input.inputs.end(), "-") != input.inputs.end()) {
    return "the rows are read again for the table, and cannot come from standard input";
  }
  if (options.rows.job.output == "-") return "--output must be a file: the table is made from it";
  if (!options.figures.group_by.empty() && options.benchmark != "pairs") {
    return "--group-by is for eval pairs; the groups of " + options.benchmark + " are its own";
  }
  return input.explain_map ? std::nullopt : CheckModelForRows(options.rows.judging);
}

// Whether the files are the benchmark's. Who says how to read them may give others.
Status CheckFormats(const jobs::Benchmark& benchmark, const InputOptions& input) {
  if (benchmark.formats.empty() || !input.format.empty() || !input.map.empty()) return {};
  GRAM_ASSIGN_OR_RETURN(jobs::RowSource source, jobs::RowSource::Open(input.inputs));
  GRAM_ASSIGN_OR_RETURN(const jobs::RowMapper mapper,
                        jobs::RowMapper::Make(ToMapperOptions(input), source));
  for (size_t file = 0; file < source.files().size(); ++file) {
    const std::string_view format = mapper.FormatName(file);
    const auto& own = benchmark.formats;
    if (format.empty() || std::find(own.begin(), own.end(), format) != own.end()) continue;
    std::vector<std::string> names(own.begin(), own.end());
    return InvalidArgument(source.files()[file].path + " holds rows in the format " +
                           std::string(format) + ", and " + std::string(benchmark.title) +
                           " is in " + Joined(names, " or ") +
                           "; eval pairs takes any labelled rows, --format forces one");
  }
  return {};
}

Status Finish(const EvalOptions& options, const jobs::Benchmark& benchmark) {
  const jobs::EvalInput input = {options.rows.job.output, options.rows.input.inputs,
                                 FieldsOf(benchmark, options.figures)};
  GRAM_ASSIGN_OR_RETURN(const jobs::EvalRun run, jobs::ReadEvalRun(input));
  GRAM_ASSIGN_OR_RETURN(const jobs::Evaluation evaluation,
                        jobs::Evaluate(benchmark, run, ToBootstrapOptions(options.figures)));
  if (!options.report.empty()) {
    GRAM_RETURN_IF_ERROR(WriteReport(options.report, /*force=*/true, run, evaluation));
  }
  const std::string text =
      options.figures.json ? jobs::EvaluationJson(evaluation, run) : EvaluationText(evaluation);
  return jobs::WriteStandardOutput(text);
}

int RunEval(EvalOptions& options) {
  if (options.rows.job.output.empty()) {
    options.rows.job.output = options.benchmark + ".verdicts.jsonl";
  }
  if (const auto problem = CheckOptions(options)) return FailUsage("eval", *problem);
  if (options.rows.input.explain_map) {
    return ExplainMap(options.rows.input, ToMapperOptions(options.rows.input));
  }
  const jobs::Benchmark& benchmark = *jobs::FindBenchmark(options.benchmark);
  options.rows.sampled_pairs = benchmark.sampled_pairs;
  const bool replace = options.rows.job.force || options.rows.job.resume;
  if (const Status free = CheckPage(options.report, replace); !free.ok()) return Fail(free);
  if (const Status status = CheckFormats(benchmark, options.rows.input); !status.ok()) {
    return Fail(status);
  }
  Result<ReadyJudge> ready = OpenJudge(options.rows.judging);
  if (!ready.ok()) return Fail(ready.status());
  if (!options.rows.job.quiet) Say(Provenance(*ready, options.rows.judging));
  const int code = ScoreRows(*ready, options.rows);
  if (code != kExitOk && code != kExitRowErrors) return code;
  if (!options.rows.job.shard.empty()) {
    if (!options.rows.job.quiet) Say("the table needs all shards: gram-cpu merge, then report");
    return code;
  }
  const Status finished = Finish(options, benchmark);
  return finished.ok() ? code : Fail(finished);
}

}  // namespace

void AddFigureOptions(CLI::App& app, FigureOptions& options) {
  app.add_option("--resamples", options.resamples,
                 "samples that are drawn for the intervals (default 1000)")
      ->check(WholeNumber(100, 1000000))
      ->type_name("N");
  app.add_option("--seed", options.seed, "of what is drawn at random (default 1)")
      ->check(WholeNumber(0, std::numeric_limits<int64_t>::max()))
      ->type_name("N");
  app.add_flag("--json", options.json, "print figures as JSON");
}

jobs::BootstrapOptions ToBootstrapOptions(const FigureOptions& options) {
  jobs::BootstrapOptions bootstrap;
  bootstrap.resamples = options.resamples;
  bootstrap.seed = options.seed;
  return bootstrap;
}

std::vector<std::string> BenchmarkNames() {
  std::vector<std::string> names;
  for (const jobs::Benchmark& benchmark : jobs::Benchmarks()) names.emplace_back(benchmark.name);
  return names;
}

std::vector<std::string> FieldsOf(const jobs::Benchmark& benchmark, const FigureOptions& options) {
  return options.group_by.empty() ? benchmark.fields : options.group_by;
}

Command AddEval(CLI::App& root) {
  auto options = std::make_shared<EvalOptions>();
  CLI::App* app = AddVerb(root, "eval", "judge a benchmark and print its table", kExamples);
  AddOptions(*app, *options);
  return {app, [options] { return RunEval(*options); }};
}

}  // namespace gram::cli
