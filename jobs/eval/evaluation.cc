#include "jobs/eval/evaluation.h"

#include <algorithm>
#include <utility>

#include "engine/base/status.h"
#include "jobs/io/count_text.h"

namespace gram::jobs {
namespace {

EvaluatedLine LineWith(const TableLine& line, const std::vector<Estimate>& estimates) {
  EvaluatedLine evaluated{line.name, {}, !line.published.empty()};
  for (const double value : line.published) {
    Estimate estimate;
    estimate.value = value;
    evaluated.cells.emplace_back(estimate);
  }
  for (const std::optional<FigureId>& figure : line.figures) {
    evaluated.cells.push_back(figure ? std::optional(estimates[*figure]) : std::nullopt);
  }
  return evaluated;
}

// Why rows have no label: they are not labelled, or their labels were not understood.
std::string WhyUnlabelled(const EvalRun& run) {
  if (run.rows.empty()) return "there are no rows";
  const bool all_failed = std::all_of(run.rows.begin(), run.rows.end(),
                                      [](const EvalRow& row) { return row.pairs.empty(); });
  if (all_failed) return "no row has a verdict; the lines say why";
  return "no row has a label that prefers an answer, and tables count agreement with labels: "
         "--map label=FIELD names the label's field, --explain-map shows what was understood";
}

}  // namespace

Result<Evaluation> Evaluate(const Benchmark& benchmark, const EvalRun& run,
                            const BootstrapOptions& options) {
  Evaluation evaluation;
  evaluation.benchmark = std::string(benchmark.title);
  evaluation.bootstrap = options;
  evaluation.clusters = run.clusters;
  evaluation.by_question = !run.files.empty();
  evaluation.diagnostics = Diagnose(run, options);
  if (evaluation.diagnostics.labelled == 0) {
    return InvalidArgument(run.path + " cannot be evaluated: " + WhyUnlabelled(run));
  }
  TableDraft draft;
  benchmark.build(run, draft);
  const std::vector<Estimate> estimates = draft.board.Evaluate(run.clusters, options);
  for (const Table& table : draft.tables) {
    EvaluatedTable evaluated{table.name, table.note, table.columns, {}};
    for (const TableLine& line : table.lines) {
      evaluated.lines.push_back(LineWith(line, estimates));
    }
    evaluation.tables.push_back(std::move(evaluated));
  }
  evaluation.remarks = std::move(draft.remarks);
  return evaluation;
}

std::string IntervalsText(const Evaluation& evaluation) {
  const auto clusters = static_cast<int64_t>(evaluation.clusters);
  return "95 % percentile bootstrap intervals: " +
         Counted(evaluation.bootstrap.resamples, "resample") + " of " +
         Counted(clusters, evaluation.by_question ? "question" : "row") + ", seed " +
         std::to_string(evaluation.bootstrap.seed);
}

}  // namespace gram::jobs
