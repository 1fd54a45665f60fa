// `gram-cpu report`: tables and pages of verdicts that are there already, of one run or of two.
#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cli/cmd_eval.h"
#include "cli/command.h"
#include "cli/exit.h"
#include "cli/output/eval_text.h"
#include "cli/usage.h"
#include "engine/base/status.h"
#include "jobs/eval/compare.h"
#include "jobs/eval/eval_run.h"
#include "jobs/eval/page/report_page.h"
#include "jobs/io/files.h"
#include "jobs/run/output_files.h"

namespace gram::cli {
namespace {

constexpr const char* kExamples =
    "  gram-cpu report judgebench.verdicts.jsonl --output report.html\n"
    "  gram-cpu report mine.verdicts.jsonl --group-by topic --json\n"
    "  gram-cpu report small.verdicts.jsonl large.verdicts.jsonl --output compare.html\n\n"
    "Without --output, the tables are printed. The rows that the verdicts are on are found by the\n"
    "manifest beside them, or named by --input; without them, texts and lengths are missing. Two "
    "files\n"
    "are compared pair by pair.\n";

// What the user typed.
struct ReportOptions {
  std::vector<std::string> verdicts;
  std::vector<std::string> inputs;
  std::string benchmark;
  std::string output;
  FigureOptions figures;
  bool force = false;
};

void AddOptions(CLI::App& app, ReportOptions& options) {
  app.add_option("VERDICTS", options.verdicts, "outputs of score or eval: one, or two to compare")
      ->type_name("FILE")
      ->required();
  app.add_option("--input", options.inputs,
                 "the rows that were judged (default: where the manifest says they are)")
      ->type_name("FILE")
      ->allow_extra_args(false);
  app.add_option("--benchmark", options.benchmark,
                 "which table (default: that of the rows' format, else pairs)")
      ->check(OneOf(BenchmarkNames()))
      ->type_name("NAME");
  app.add_option("--group-by", options.figures.group_by,
                 "fields of the rows by whose values accuracy is told apart, in the table of pairs")
      ->type_name("FIELD,...")
      ->delimiter(',');
  app.add_option("-o,--output", options.output, "write a page of HTML")->type_name("FILE");
  AddFigureOptions(app, options.figures);
  app.add_flag("--force", options.force, "replace an --output file that exists");
}

std::optional<std::string> CheckOptions(const ReportOptions& options) {
  if (options.verdicts.size() > 2) return "a report is on one run, or compares two";
  if (!options.figures.group_by.empty() && !options.benchmark.empty() &&
      options.benchmark != "pairs") {
    return "--group-by is for --benchmark pairs";
  }
  if (options.figures.json && !options.output.empty()) {
    return "--json prints figures and --output writes a page: choose one";
  }
  return std::nullopt;
}

// The table that fits the run.
const jobs::Benchmark& BenchmarkOf(const ReportOptions& options, const std::string& verdicts) {
  if (!options.benchmark.empty()) return *jobs::FindBenchmark(options.benchmark);
  if (!options.figures.group_by.empty()) return *jobs::FindBenchmark("pairs");
  const auto manifest = jobs::ReadManifest(jobs::OutputPaths(verdicts).manifest);
  if (!manifest.ok() || !*manifest) return *jobs::FindBenchmark("pairs");
  const std::string formats = jobs::SettingValue((*manifest)->identity.settings, "format");
  return jobs::BenchmarkOf(formats.substr(0, formats.find(',')));
}

// One run, read and evaluated.
struct Evaluated {
  jobs::EvalRun run;
  jobs::Evaluation evaluation;
};

Result<Evaluated> Evaluate(const ReportOptions& options, const std::string& verdicts) {
  const jobs::Benchmark& benchmark = BenchmarkOf(options, verdicts);
  const jobs::EvalInput input = {verdicts, options.inputs, FieldsOf(benchmark, options.figures)};
  GRAM_ASSIGN_OR_RETURN(jobs::EvalRun run, jobs::ReadEvalRun(input));
  GRAM_ASSIGN_OR_RETURN(jobs::Evaluation evaluation,
                        jobs::Evaluate(benchmark, run, ToBootstrapOptions(options.figures)));
  return Evaluated{std::move(run), std::move(evaluation)};
}

Status ReportOne(const ReportOptions& options, const Evaluated& one) {
  if (!options.output.empty()) {
    return WriteReport(options.output, options.force, one.run, one.evaluation);
  }
  return jobs::WriteStandardOutput(options.figures.json
                                       ? jobs::EvaluationJson(one.evaluation, one.run)
                                       : EvaluationText(one.evaluation));
}

Status ReportTwo(const ReportOptions& options, const Evaluated& first, const Evaluated& second) {
  GRAM_ASSIGN_OR_RETURN(
      const jobs::RunComparison comparison,
      jobs::CompareRuns(first.run, second.run, ToBootstrapOptions(options.figures)));
  if (options.figures.json) return jobs::WriteStandardOutput(jobs::ComparisonJson(comparison));
  if (options.output.empty()) {
    return jobs::WriteStandardOutput(EvaluationText(first.evaluation) + "\n" +
                                     EvaluationText(second.evaluation) + "\n" +
                                     ComparisonText(comparison));
  }
  GRAM_ASSIGN_OR_RETURN(const auto texts,
                        jobs::ReadTexts(first.run, jobs::RowsShown(first.run, comparison)));
  return WritePage(options.output, options.force,
                   jobs::ComparisonPage({first.run, first.evaluation, texts},
                                        {second.run, second.evaluation, texts}, comparison));
}

Status Report(const ReportOptions& options) {
  GRAM_ASSIGN_OR_RETURN(const Evaluated first, Evaluate(options, options.verdicts[0]));
  if (options.verdicts.size() == 1) return ReportOne(options, first);
  GRAM_ASSIGN_OR_RETURN(const Evaluated second, Evaluate(options, options.verdicts[1]));
  return ReportTwo(options, first, second);
}

int RunReport(const ReportOptions& options) {
  if (const auto problem = CheckOptions(options)) return FailUsage("report", *problem);
  if (const Status free = CheckPage(options.output, options.force); !free.ok()) return Fail(free);
  const Status status = Report(options);
  return status.ok() ? kExitOk : Fail(status);
}

}  // namespace

Status CheckPage(const std::string& path, bool force) {
  if (path.empty() || force || !jobs::HoldsSomething(path)) return {};
  return InvalidArgument(path + " exists; --force replaces it");
}

Status WritePage(const std::string& path, bool force, const std::string& page) {
  GRAM_RETURN_IF_ERROR(CheckPage(path, force));
  return jobs::ReplaceFile(path, page);
}

Status WriteReport(const std::string& path, bool force, const jobs::EvalRun& run,
                   const jobs::Evaluation& evaluation) {
  GRAM_ASSIGN_OR_RETURN(const auto texts,
                        jobs::ReadTexts(run, jobs::RowsShown(run, evaluation.diagnostics)));
  return WritePage(path, force, jobs::ReportPage({run, evaluation, texts}));
}

Command AddReport(CLI::App& root) {
  auto options = std::make_shared<ReportOptions>();
  CLI::App* app =
      AddVerb(root, "report", "tables and a page of verdicts, of one run or of two", kExamples);
  AddOptions(*app, *options);
  return {app, [options] { return RunReport(*options); }};
}

}  // namespace gram::cli
