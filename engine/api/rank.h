// Many rankings in lock step: every round of all of them is scored together.
#ifndef GRAM_ENGINE_API_RANK_H_
#define GRAM_ENGINE_API_RANK_H_

#include <cstddef>
#include <functional>
#include <span>
#include <vector>

#include "gram/rank.h"

namespace gram::api {

/// Scores pairs[i] into result[i], as Judge::Score does.
using ScorePairs = std::function<std::vector<Result<Verdict>>(std::span<const Pair>)>;

/// Hands pairs to a scorer some MB of text at a time: pairs hold copies of their texts, and a round
/// robin has many pairs.
class PortionScorer {
 public:
  explicit PortionScorer(const ScorePairs& score) : score_(score) {}

  void Add(Pair pair);
  /// The verdicts on all pairs, in the order in which they were added.
  std::vector<Result<Verdict>> Finish();

 private:
  void Flush();

  const ScorePairs& score_;
  std::vector<Pair> pairs_;
  size_t bytes_ = 0;
  std::vector<Result<Verdict>> verdicts_;
};

/// As gram::RankAll, with scores from wherever.
std::vector<Result<Ranking>> RankRounds(const ScorePairs& score, std::span<const RankTask> tasks,
                                        const RankOptions& options);

}  // namespace gram::api

#endif  // GRAM_ENGINE_API_RANK_H_
