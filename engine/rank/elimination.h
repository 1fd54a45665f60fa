// What the methods have in common in which one loss is the end.
#ifndef GRAM_ENGINE_RANK_ELIMINATION_H_
#define GRAM_ENGINE_RANK_ELIMINATION_H_

#include <cstddef>
#include <span>
#include <vector>

#include "engine/rank/tournament.h"

namespace gram::rank {

/// Who plays on after `game`: the winner, or of a draw the earlier entrant.
size_t GoesOn(const Game& game);

/// Places by the number of entrants that one is shown to be better than: those it beat, and those
/// that they are shown to be better than in turn. Who left by a draw is level with the one who went
/// on. `games` are all games in their order; everyone but the winner left in one of them.
std::vector<size_t> EliminationPlaces(size_t entrants, std::span<const Game> games);

}  // namespace gram::rank

#endif  // GRAM_ENGINE_RANK_ELIMINATION_H_
