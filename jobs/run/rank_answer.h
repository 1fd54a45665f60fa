// How `rank` answers rows: every row is a ranking of its answers.
#ifndef GRAM_JOBS_RUN_RANK_ANSWER_H_
#define GRAM_JOBS_RUN_RANK_ANSWER_H_

#include <atomic>
#include <functional>
#include <span>
#include <vector>

#include "gram/rank.h"
#include "jobs/run/row_loop.h"
#include "jobs/verdicts/rank_row.h"

namespace gram::jobs {

/// Ranks tasks[i] into result[i], as RankAll does; kCancelled where `stop` was set.
using Ranker = std::function<std::vector<Result<Ranking>>(std::span<const RankTask> tasks,
                                                          const std::atomic<bool>& stop)>;

/// Answers rows with their rankings, all rows of a window together. Errors: kCancelled.
RowAnswer AnswerWithRanks(Ranker ranker, const RankLineOptions& options);

}  // namespace gram::jobs

#endif  // GRAM_JOBS_RUN_RANK_ANSWER_H_
