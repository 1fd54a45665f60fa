// How `score` and `rank` answer rows: what the model is asked of them, and the lines that its
// answers make.
#ifndef GRAM_JOBS_RUN_ANSWERS_H_
#define GRAM_JOBS_RUN_ANSWERS_H_

#include <span>
#include <vector>

#include "gram/judge.h"
#include "gram/rank.h"
#include "jobs/formats/input_row.h"
#include "jobs/run/job.h"
#include "jobs/verdicts/rank_line.h"
#include "jobs/verdicts/schema.h"

namespace gram::jobs {

/// The comparisons of all rows, one after the other. They point into the rows.
std::vector<PairView> PairsOf(std::span<const InputRow> rows);

/// The lines of rows in `schema`; results[i] is that of PairsOf(rows)[i]. A row of which a
/// comparison could not be scored gets the error of the first such. Stops as RowAnswer asks. See
/// WriteResult for the `addition`.
RowAnswers VerdictLines(Schema schema, std::span<const InputRow> rows,
                        std::span<const Result<Verdict>> results,
                        const VerdictAddition& addition = {});

/// The answers of each row as a list to rank. They point into the rows.
std::vector<RankTask> RankTasksOf(std::span<const InputRow> rows);

/// The lines of rows; rankings[i] is that of rows[i]. Stops as RowAnswer asks.
RowAnswers RankLines(const RankLineOptions& options, std::span<const InputRow> rows,
                     std::span<const Result<Ranking>> rankings);

/// Puts the comparisons that `options` make of the answers of `row` into it, as far as they are
/// known before anything is compared: for a dry run. Those of a round robin are exact; a knockout
/// and a linear scan compare as many, but which ones depends on the verdicts: neighbours stand for
/// them. A row that cannot be ranked gets the error of Rank.
void PlanRanking(const RankOptions& options, InputRow& row);

}  // namespace gram::jobs

#endif  // GRAM_JOBS_RUN_ANSWERS_H_
