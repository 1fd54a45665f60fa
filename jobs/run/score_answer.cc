#include "jobs/run/score_answer.h"

#include <string>
#include <utility>

#include "jobs/verdicts/output_row.h"

namespace gram::jobs {
namespace {

std::vector<Pair> PairsOf(std::span<const InputRow> rows) {
  std::vector<Pair> pairs;
  for (const InputRow& row : rows) {
    for (const Comparison& comparison : row.comparisons) pairs.push_back(row.PairOf(comparison));
  }
  return pairs;
}

// The line of one row; `results` are those of its comparisons.
std::string LineOf(const InputRow& row, Schema schema, std::span<const Result<Verdict>> results) {
  std::vector<Verdict> verdicts;
  for (size_t i = 0; i < results.size(); ++i) {
    if (!results[i].ok()) return ErrorLine(row, ComparisonError(row, i, results[i].status()));
    verdicts.push_back(*results[i]);
  }
  return ResultLine(schema, row, verdicts);
}

// The first result that ends the run, if any.
Status StopOf(const InputRow& row, std::span<const Result<Verdict>> results) {
  for (const Result<Verdict>& result : results) {
    if (StopsTheRun(result.status().code())) return StopAt(row, result.status());
  }
  return {};
}

}  // namespace

RowAnswer AnswerWithVerdicts(PairScorer scorer, Schema schema) {
  return [scorer = std::move(scorer), schema](std::span<const InputRow> rows,
                                              const std::atomic<bool>& stop) -> RowAnswers {
    const std::vector<Result<Verdict>> results = scorer(PairsOf(rows), stop);
    RowAnswers answers;
    std::span<const Result<Verdict>> rest = results;
    for (const InputRow& row : rows) {
      const auto own = rest.first(row.comparisons.size());
      rest = rest.subspan(row.comparisons.size());
      answers.stopped = StopOf(row, own);
      if (!answers.stopped.ok()) return answers;
      answers.lines.push_back(LineOf(row, schema, own));
    }
    return answers;
  };
}

RowMap OnlyWritableRows(RowMap map, Schema schema) {
  return [map = std::move(map), schema](RawRow raw) {
    InputRow row = map(std::move(raw));
    if (!row.error) row.error = CheckSchema(schema, row);
    return row;
  };
}

}  // namespace gram::jobs
