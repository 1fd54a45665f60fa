#include "jobs/run/answers.h"

#include <algorithm>
#include <set>
#include <string>
#include <string_view>

#include "engine/base/status.h"
#include "jobs/verdicts/verdict_line.h"

namespace gram::jobs {
namespace {

// What to say where `why`, which StopsTheRun, stopped it at `row`: names the row where it is what
// memory does not suffice for.
Status StopAt(const InputRow& row, const Status& why) {
  if (why.code() != StatusCode::kOutOfMemory) return why;
  return OutOfMemory(
      "row " + std::to_string(row.number) +
      ": out of memory, even for this row alone; give the process more memory, or try "
      "smaller batches (--batch-tokens 1024)");
}

// The line of one row; `results` are those of its comparisons.
ResultLine LineOf(const InputRow& row, Schema schema, std::span<const Result<Verdict>> results,
                  const VerdictAddition& addition) {
  std::vector<Verdict> verdicts;
  for (size_t i = 0; i < results.size(); ++i) {
    if (!results[i].ok()) return WriteError(row, ComparisonError(row, i, results[i].status()));
    verdicts.push_back(*results[i]);
  }
  return WriteResult(schema, row, verdicts, addition);
}

ResultLine LineOf(const InputRow& row, const RankLineOptions& options,
                  const Result<Ranking>& ranking) {
  if (ranking.ok()) return WriteRanking(row, *ranking, options);
  const Status& status = ranking.status();
  return WriteError(row, {std::string(StatusCodeName(status.code())), status.message()});
}

// The first result that ends the run, if any.
Status StopOf(const InputRow& row, std::span<const Result<Verdict>> results) {
  for (const Result<Verdict>& result : results) {
    if (StopsTheRun(result.status().code())) return StopAt(row, result.status());
  }
  return {};
}

// The first of each text: copies are compared as one.
std::vector<size_t> DifferentAnswers(const InputRow& row) {
  std::vector<size_t> different;
  std::set<std::string_view> seen;
  for (size_t i = 0; i < row.responses.size(); ++i) {
    if (seen.insert(row.responses[i]).second) different.push_back(i);
  }
  return different;
}

}  // namespace

std::vector<PairView> PairsOf(std::span<const InputRow> rows) {
  std::vector<PairView> pairs;
  for (const InputRow& row : rows) {
    for (const Comparison& comparison : row.comparisons) pairs.push_back(row.PairOf(comparison));
  }
  return pairs;
}

RowAnswers VerdictLines(Schema schema, std::span<const InputRow> rows,
                        std::span<const Result<Verdict>> results, const VerdictAddition& addition) {
  RowAnswers answers;
  for (const InputRow& row : rows) {
    const auto own = results.first(row.comparisons.size());
    results = results.subspan(row.comparisons.size());
    answers.stopped = StopOf(row, own);
    if (!answers.stopped.ok()) return answers;
    answers.lines.push_back(LineOf(row, schema, own, addition));
  }
  return answers;
}

std::vector<RankTask> RankTasksOf(std::span<const InputRow> rows) {
  std::vector<RankTask> tasks;
  for (const InputRow& row : rows) tasks.push_back({row.question, row.responses});
  return tasks;
}

RowAnswers RankLines(const RankLineOptions& options, std::span<const InputRow> rows,
                     std::span<const Result<Ranking>> rankings) {
  RowAnswers answers;
  for (size_t i = 0; i < rows.size(); ++i) {
    if (StopsTheRun(rankings[i].status().code())) {
      answers.stopped = StopAt(rows[i], rankings[i].status());
      return answers;
    }
    answers.lines.push_back(LineOf(rows[i], options, rankings[i]));
  }
  return answers;
}

void PlanRanking(const RankOptions& options, InputRow& row) {
  row.comparisons.clear();
  if (row.error) return;
  const std::vector<size_t> answers = DifferentAnswers(row);
  const size_t n = answers.size();
  const bool every_pair = options.method == RankMethod::kRoundRobin ||
                          (options.method == RankMethod::kAuto && n <= kAutoRoundRobin);
  if (every_pair && n > options.round_robin_limit) {
    row.error = RowError{"invalid_argument", "a round robin of " + std::to_string(n) +
                                                 " different responses; the limit is " +
                                                 std::to_string(options.round_robin_limit)};
    return;
  }
  // The pairs of RankByReward: every answer in one.
  const bool by_reward = options.method == RankMethod::kReward;
  for (size_t i = 0; by_reward && i < n; i += 2) {
    row.comparisons.push_back({answers[i], answers[std::min(i + 1, n - 1)]});
  }
  for (size_t i = 0; !by_reward && i < n; ++i) {
    const size_t end = every_pair ? n : std::min(i + 2, n);
    for (size_t j = i + 1; j < end; ++j) row.comparisons.push_back({answers[i], answers[j]});
  }
}

}  // namespace gram::jobs
