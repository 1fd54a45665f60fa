#include "engine/rank/tournament.h"

#include <cmath>
#include <string>

namespace gram::rank {
namespace {

constexpr double kRounding = 1e-9;

// Written so that NaN is refused.
bool IsOutcome(const Score& score) {
  return score.first >= 0 && score.second >= 0 &&
         std::fabs(score.first + score.second - 1) <= kRounding;
}

}  // namespace

const std::vector<Match>& Tournament::Next() { return round_ = NextRound(); }

Status Tournament::Take(std::span<const Score> scores) {
  if (scores.size() != round_.size()) {
    return InvalidArgument("a round of " + std::to_string(round_.size()) + " matches got " +
                           std::to_string(scores.size()) + " scores");
  }
  for (size_t i = 0; i < scores.size(); ++i) {
    if (IsOutcome(scores[i])) continue;
    return InvalidArgument("the match of entrants " + std::to_string(round_[i].first) + " and " +
                           std::to_string(round_[i].second) + " has the scores " +
                           std::to_string(scores[i].first) + " and " +
                           std::to_string(scores[i].second) +
                           "; both must be between 0 and 1 and make 1 together");
  }
  if (round_.empty()) return {};
  const size_t before = games_.size();
  for (size_t i = 0; i < scores.size(); ++i) games_.push_back({round_[i], scores[i]});
  round_.clear();
  Settle(std::span(games_).subspan(before));
  return {};
}

}  // namespace gram::rank
