#include "jobs/run/rank_answer.h"

#include <string>
#include <utility>

#include "jobs/verdicts/output_row.h"

namespace gram::jobs {
namespace {

std::string LineOf(const InputRow& row, const Result<Ranking>& ranking,
                   const RankLineOptions& options) {
  if (ranking.ok()) return RankLine(row, *ranking, options);
  const Status& status = ranking.status();
  return ErrorLine(row, {std::string(StatusCodeName(status.code())), status.message()});
}

}  // namespace

RowAnswer AnswerWithRanks(Ranker ranker, const RankLineOptions& options) {
  return [ranker = std::move(ranker), options](std::span<const InputRow> rows,
                                               const std::atomic<bool>& stop) -> RowAnswers {
    std::vector<RankTask> tasks;
    for (const InputRow& row : rows) tasks.push_back({row.question, row.responses});
    const std::vector<Result<Ranking>> rankings = ranker(tasks, stop);
    RowAnswers answers;
    for (size_t i = 0; i < rows.size(); ++i) {
      if (StopsTheRun(rankings[i].status().code())) {
        answers.stopped = StopAt(rows[i], rankings[i].status());
        return answers;
      }
      answers.lines.push_back(LineOf(rows[i], rankings[i], options));
    }
    return answers;
  };
}

}  // namespace gram::jobs
