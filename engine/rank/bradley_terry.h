// Bradley-Terry strengths: one number for each entrant such that differences are log-odds of
// winning.
#ifndef GRAM_ENGINE_RANK_BRADLEY_TERRY_H_
#define GRAM_ENGINE_RANK_BRADLEY_TERRY_H_

#include <cstddef>
#include <span>
#include <vector>

#include "engine/rank/tournament.h"

namespace gram::rank {

/// The weight of the prior, in games: as if every entrant had drawn this share of a game with an
/// opponent of strength 0. It keeps the strength of an undefeated entrant finite and ties groups
/// that never met to each other.
inline constexpr double kPriorGames = 0.1;

/// The strengths that make the games most likely, where i beats j with probability
/// 1 / (1 + exp(s_j - s_i)) and a score in between counts as that share of a win; natural
/// logarithms, their mean 0. The likelihood is strictly concave, so they are unique; found by
/// Newton's method to 1e-9. `prior_games` must be positive. Time and memory grow with the number of
/// games, not with the square of `entrants`.
std::vector<double> BradleyTerry(size_t entrants, std::span<const Game> games,
                                 double prior_games = kPriorGames);

}  // namespace gram::rank

#endif  // GRAM_ENGINE_RANK_BRADLEY_TERRY_H_
