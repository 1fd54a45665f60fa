// `gram-cpu score`: judges one pair for people, or many for programs.
#include <memory>
#include <utility>

#include "cli/command.h"
#include "cli/explain_map.h"
#include "cli/open_judge.h"
#include "cli/output/verdict_text.h"
#include "cli/score_options.h"
#include "cli/score_rows.h"
#include "cli/standard_input.h"
#include "gram/judge.h"
#include "jobs/io/files.h"
#include "jobs/verdicts/output_row.h"

namespace gram::cli {
namespace {

constexpr const char* kExamples =
    "  gram-cpu score --query \"What is 2 + 2?\" --response1 4 --response2 5\n"
    "  gram-cpu score --model M.gram pairs.jsonl --output verdicts.jsonl\n"
    "  zcat pairs.jsonl.gz | gram-cpu score --model M.gram | head\n\n"
    "A line of input holds question, response1, response2, and perhaps id and label, or one of\n"
    "the formats of docs/inputs.md. Each gives one line of output, in order; a row that\n"
    "cannot be scored gives {\"id\":...,\"row\":n,\"error\":{\"code\":...,\"message\":...}}.\n"
    "A single pair is judged without --model, too: by the demo model, a toy that knows simple\n"
    "questions only. Rows want a model by name; --model demo is that toy.\n";

int ScorePair(ReadyJudge& ready, const ScoreCommandOptions& options) {
  const Pair pair = {*options.query, *options.response1, *options.response2};
  const std::vector<Result<Verdict>> verdicts = ready.judge.Score(std::span(&pair, 1), ready.score);
  const Result<Verdict>& verdict = verdicts.front();
  if (!verdict.ok()) return Fail(verdict.status());
  jobs::InputRow row;
  row.number = 1;
  row.id_json = "1";
  const Status written = jobs::WriteStandardOutput(options.json ? jobs::VerdictLine(row, *verdict)
                                                                : VerdictText(*verdict));
  return written.ok() ? kExitOk : Fail(written);
}

int RunScore(ScoreCommandOptions& options) {
  const bool texts = options.query || options.response1 || options.response2;
  if (!texts) UseStandardInput(options.input.inputs, options.job.quiet);

  if (const auto problem = CheckScoreOptions(options)) return FailUsage("score", *problem);
  if (options.input.explain_map) {
    return ExplainMap(options.input.inputs, ToMapperOptions(options.input));
  }
  Result<ReadyJudge> ready = OpenJudge(options.judging);
  if (!ready.ok()) return Fail(ready.status());
  // A toy that judges one pair has been introduced by then.
  if (!options.job.quiet && !options.judging.engine.model.empty()) {
    Say(Provenance(*ready, options.judging));
  }
  if (options.input.inputs.empty()) return ScorePair(*ready, options);
  return options.dry_run ? DryRunScore(*ready, options) : ScoreRows(*ready, options);
}

}  // namespace

Command AddScore(CLI::App& root) {
  auto options = std::make_shared<ScoreCommandOptions>();
  CLI::App* app = AddVerb(root, "score", "judge one pair of answers, or many", kExamples);
  AddScoreOptions(*app, *options);
  return {app, [options] { return RunScore(*options); }};
}

}  // namespace gram::cli
