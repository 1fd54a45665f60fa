// Runs with verdicts that nobody gave, for tests of what they add up to.
#ifndef GRAM_TESTS_JOBS_EVAL_MADE_UP_RUN_H_
#define GRAM_TESTS_JOBS_EVAL_MADE_UP_RUN_H_

#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "jobs/eval/benchmark.h"
#include "jobs/eval/eval_run.h"
#include "jobs/eval/evaluation.h"

namespace gram::jobs {

/// A verdict of that margin on two answers, the first of which is labelled the better one unless
/// `label` says otherwise.
inline EvalPair MadeUpPair(double margin, Label label = Label::kResponse1, size_t first = 0,
                           size_t second = 1) {
  EvalPair pair{first, second, {}};
  pair.verdict.label = label;
  pair.verdict.margin = margin;
  pair.verdict.score1 = 1 / (1 + std::exp(-margin));
  pair.verdict.score2 = 1 - pair.verdict.score1;
  if (label == Label::kResponse1) pair.verdict.correct = margin > 0;
  if (label == Label::kResponse2) pair.verdict.correct = margin < 0;
  return pair;
}

/// Adds a row on a question of its own.
inline EvalRow& AddRow(EvalRun& run, std::vector<std::string> fields, std::vector<EvalPair> pairs) {
  EvalRow row;
  row.number = static_cast<int64_t>(run.rows.size()) + 1;
  row.id_json = std::to_string(row.number);
  row.fields = std::move(fields);
  row.cluster = run.clusters++;
  row.pairs = std::move(pairs);
  run.rows.push_back(std::move(row));
  return run.rows.back();
}

/// Adds `right` rows that are right and `wrong` that are not.
inline void AddRows(EvalRun& run, const std::string& field, int right, int wrong) {
  for (int i = 0; i < right + wrong; ++i) AddRow(run, {field}, {MadeUpPair(i < right ? 1 : -1)});
}

/// The cell of a table, by names.
inline Estimate CellOf(const Evaluation& evaluation, const std::string& table,
                       const std::string& line, const std::string& column) {
  for (const EvaluatedTable& candidate : evaluation.tables) {
    if (candidate.name != table) continue;
    for (const EvaluatedLine& own : candidate.lines) {
      if (own.name != line) continue;
      for (size_t i = 0; i < candidate.columns.size(); ++i) {
        if (candidate.columns[i] == column && own.cells[i]) return *own.cells[i];
      }
    }
  }
  return {};
}

}  // namespace gram::jobs

#endif  // GRAM_TESTS_JOBS_EVAL_MADE_UP_RUN_H_
