// What an entrant's games add up to.
#ifndef GRAM_ENGINE_RANK_STANDING_H_
#define GRAM_ENGINE_RANK_STANDING_H_

#include <cstddef>
#include <span>
#include <vector>

#include "engine/rank/tournament.h"

namespace gram::rank {

struct Standing {
  double win_rate = 0.5;  ///< mean of its scores; 0.5 without games
  int wins = 0;
  int losses = 0;
  int draws = 0;
};

/// result[i] belongs to entrant i. Win rates do not depend on the order of the games, not even in
/// their last bit: entrants with the same scores have the same rate.
std::vector<Standing> Standings(size_t entrants, std::span<const Game> games);

}  // namespace gram::rank

#endif  // GRAM_ENGINE_RANK_STANDING_H_
