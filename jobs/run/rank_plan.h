// What a ranking compares, as far as that is known before anything is compared: for a dry run.
#ifndef GRAM_JOBS_RUN_RANK_PLAN_H_
#define GRAM_JOBS_RUN_RANK_PLAN_H_

#include "gram/rank.h"
#include "jobs/run/job_rows.h"

namespace gram::jobs {

/// `map`, with the comparisons that `options` make of each row's answers. Those of a round robin
/// are exact; a knockout and a linear scan compare as many, but which ones depends on the verdicts:
/// neighbours stand for them. A row that cannot be ranked gets the error of Rank.
RowMap WithRankComparisons(RowMap map, const RankOptions& options);

}  // namespace gram::jobs

#endif  // GRAM_JOBS_RUN_RANK_PLAN_H_
