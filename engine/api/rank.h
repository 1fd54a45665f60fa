// Many rankings in lock step: every round of all of them is scored together.
#ifndef GRAM_ENGINE_API_RANK_H_
#define GRAM_ENGINE_API_RANK_H_

#include <functional>
#include <span>
#include <vector>

#include "gram/rank.h"

namespace gram::api {

/// Scores pairs[i] into result[i], as Judge::Score does.
using ScorePairs = std::function<std::vector<Result<Verdict>>(std::span<const Pair>)>;

/// As gram::RankAll, with scores from wherever.
std::vector<Result<Ranking>> RankRounds(const ScorePairs& score, std::span<const RankTask> tasks,
                                        const RankOptions& options);

}  // namespace gram::api

#endif  // GRAM_ENGINE_API_RANK_H_
