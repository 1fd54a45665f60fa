// How `score` answers rows: every comparison of every row is a pair for the judge.
#ifndef GRAM_JOBS_RUN_SCORE_ANSWER_H_
#define GRAM_JOBS_RUN_SCORE_ANSWER_H_

#include <atomic>
#include <functional>
#include <span>
#include <vector>

#include "gram/judge.h"
#include "jobs/run/job_rows.h"
#include "jobs/run/row_loop.h"
#include "jobs/verdicts/schema.h"

namespace gram::jobs {

/// Scores pairs[i] into result[i], as Judge::Score does; kCancelled where `stop` was set.
using PairScorer = std::function<std::vector<Result<Verdict>>(std::span<const Pair> pairs,
                                                              const std::atomic<bool>& stop)>;

/// Answers rows with result lines in `schema`. A row of which a comparison cannot be scored gets
/// the error of the first such. Errors: kCancelled.
RowAnswer AnswerWithVerdicts(PairScorer scorer, Schema schema);

/// `map`, with an error for rows that cannot be written in `schema`: they are not scored in vain.
RowMap OnlyWritableRows(RowMap map, Schema schema);

}  // namespace gram::jobs

#endif  // GRAM_JOBS_RUN_SCORE_ANSWER_H_
