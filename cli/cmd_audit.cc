// `gram-cpu audit`: what can steer a judge, tried on a sample of the user's own rows.
#include <algorithm>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "cli/cmd_eval.h"
#include "cli/cmd_score.h"
#include "cli/command.h"
#include "cli/exit.h"
#include "cli/output/eval_text.h"
#include "cli/usage.h"
#include "engine/base/status.h"
#include "jobs/eval/page/report_page.h"
#include "jobs/eval/probes.h"
#include "jobs/io/files.h"

namespace gram::cli {
namespace {

constexpr const char* kExamples =
    "  gram-cpu audit pairs.jsonl --model M.gram --sample 200 --report audit.html\n\n"
    "Of each row that is drawn, the pair is judged as it is, and with something planted in either\n"
    "answer: lines of the judging prompt, control tokens, padding, flattery, a claim about the "
    "other\n"
    "answer. None of it says anything about the question, so each verdict that changes is one "
    "that\n"
    "was steered. The pairs go to OUTPUT.probes.jsonl, their verdicts to OUTPUT.\n";

// What the user typed.
struct AuditOptions {
  ScoreRowsOptions rows;
  FigureOptions figures;
  size_t sample = 100;
  std::string report;
};

void AddOptions(CLI::App& app, AuditOptions& options) {
  options.rows.job.output = "audit.verdicts.jsonl";
  AddInputOptions(app, options.rows.input);
  AddJudgingOptions(app, options.rows.judging);
  app.add_option("--sample", options.sample, "rows that are drawn (default 100)")
      ->check(WholeNumber(1, 1000000))
      ->type_name("N");
  app.add_option("--output", options.rows.job.output,
                 "where the verdicts go (default audit.verdicts.jsonl)")
      ->type_name("FILE");
  app.add_option("--report", options.report, "write a page of HTML")->type_name("FILE");
  AddFigureOptions(app, options.figures);
  app.add_flag("--resume", options.rows.job.resume,
               "continue the run that writes --output FILE, or start it if there is none");
  app.add_flag("--force", options.rows.job.force,
               "start over, even if --output FILE exists; replace --report FILE");
  app.add_flag("--quiet", options.rows.job.quiet, "no notes and no progress on standard error");
}

std::optional<std::string> CheckOptions(const AuditOptions& options) {
  const InputOptions& input = options.rows.input;
  if (auto problem = CheckInputOptions(input)) return problem;
  if (auto problem = CheckJobOptions(options.rows.job)) return problem;
  if (input.inputs.empty()) return "nothing to audit on: name a FILE of rows";
  if (std::find(input.inputs.begin(), input.inputs.end(), "-") != input.inputs.end()) {
    return "the sample is drawn anew with --resume, and cannot come from standard input";
  }
  if (options.rows.job.output == "-")
    return "--output must be a file: the figures are made from it";
  return input.explain_map ? std::nullopt : CheckModelForRows(options.rows.judging);
}

// Draws the sample and puts what is asked of it into a file.
Status WriteProbes(const AuditOptions& options, const std::string& path) {
  const InputOptions& input = options.rows.input;
  GRAM_ASSIGN_OR_RETURN(jobs::RowSource source, jobs::RowSource::Open(input.inputs));
  GRAM_RETURN_IF_ERROR(jobs::CheckNotAnInput(source.files(), path));
  GRAM_ASSIGN_OR_RETURN(jobs::RowMapper mapper,
                        jobs::RowMapper::Make(ToMapperOptions(input), source));
  GRAM_ASSIGN_OR_RETURN(const std::string lines,
                        jobs::ProbeRows(source, mapper, options.sample, options.figures.seed));
  return jobs::ReplaceFile(path, lines);
}

Status Finish(const AuditOptions& options, const std::string& probes) {
  const std::string& verdicts = options.rows.job.output;
  GRAM_ASSIGN_OR_RETURN(const jobs::EvalRun run,
                        jobs::ReadEvalRun({verdicts, {probes}, jobs::ProbeFields()}));
  GRAM_ASSIGN_OR_RETURN(const jobs::AuditResult result,
                        jobs::Audit(run, ToBootstrapOptions(options.figures)));
  if (!options.report.empty()) {
    GRAM_ASSIGN_OR_RETURN(const auto texts, jobs::ReadTexts(run, jobs::RowsShown(run, result)));
    GRAM_RETURN_IF_ERROR(
        WritePage(options.report, /*force=*/true, jobs::AuditPage(run, result, texts)));
  }
  return jobs::WriteStandardOutput(options.figures.json ? jobs::AuditJson(result, run)
                                                        : AuditText(result));
}

int RunAudit(AuditOptions& options) {
  if (const auto problem = CheckOptions(options)) return FailUsage("audit", *problem);
  InputOptions& input = options.rows.input;
  if (input.explain_map) return ExplainMap(input, ToMapperOptions(input));
  const bool replace = options.rows.job.force || options.rows.job.resume;
  if (const Status free = CheckPage(options.report, replace); !free.ok()) return Fail(free);
  const std::string probes = options.rows.job.output + ".probes.jsonl";
  if (const Status free = CheckPage(probes, replace); !free.ok()) return Fail(free);
  Result<ReadyJudge> ready = OpenJudge(options.rows.judging);
  if (!ready.ok()) return Fail(ready.status());
  if (!options.rows.job.quiet) Say(Provenance(*ready, options.rows.judging));
  if (const Status written = WriteProbes(options, probes); !written.ok()) return Fail(written);
  ScoreRowsOptions rows = options.rows;
  rows.input = {};
  rows.input.inputs = {probes};
  const int code = ScoreRows(*ready, rows);
  if (code != kExitOk && code != kExitRowErrors) return code;
  const Status finished = Finish(options, probes);
  return finished.ok() ? code : Fail(finished);
}

}  // namespace

Command AddAudit(CLI::App& root) {
  auto options = std::make_shared<AuditOptions>();
  CLI::App* app =
      AddVerb(root, "audit", "try what can steer the judge, on a sample of rows", kExamples);
  AddOptions(*app, *options);
  return {app, [options] { return RunAudit(*options); }};
}

}  // namespace gram::cli
