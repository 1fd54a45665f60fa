// Rankings by the number that a reward model gives each answer: nothing is compared.
#ifndef GRAM_ENGINE_API_RANK_REWARDS_H_
#define GRAM_ENGINE_API_RANK_REWARDS_H_

#include <span>
#include <vector>

#include "engine/api/rank.h"
#include "gram/rank.h"

namespace gram::api {

/// Ranks tasks[i] into result[i] with one prompt for each different response: `score` is asked for
/// pairs of them, of which every response is in one. Errors: kInvalidArgument (no responses), and
/// what `score` says of a pair, with the numbers of its responses, counted from 1.
std::vector<Result<Ranking>> RankByReward(const ScorePairs& score, std::span<const RankTask> tasks);

}  // namespace gram::api

#endif  // GRAM_ENGINE_API_RANK_REWARDS_H_
