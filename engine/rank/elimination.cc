#include "engine/rank/elimination.h"

#include <algorithm>

namespace gram::rank {
namespace {

bool IsDraw(const Game& game) { return game.score.first == game.score.second; }

size_t Leaves(const Game& game) {
  const auto [first, second] = game.match;
  return GoesOn(game) == first ? second : first;
}

}  // namespace

size_t GoesOn(const Game& game) {
  const auto [first, second] = game.match;
  if (IsDraw(game)) return std::min(first, second);
  return game.score.first > game.score.second ? first : second;
}

std::vector<size_t> EliminationPlaces(size_t entrants, std::span<const Game> games) {
  std::vector<size_t> worse(entrants, 0);       // shown to be worse than this one
  std::vector<size_t> not_better(entrants, 1);  // these, this one, and those level with it
  for (const Game& game : games) {
    const size_t winner = GoesOn(game);
    const size_t loser = Leaves(game);
    worse[winner] += IsDraw(game) ? worse[loser] : not_better[loser];
    not_better[winner] += not_better[loser];
  }
  // Backwards: the one who went on has its final number.
  for (auto game = games.rbegin(); game != games.rend(); ++game) {
    if (IsDraw(*game)) worse[Leaves(*game)] = worse[GoesOn(*game)];
  }
  const size_t most = entrants == 0 ? 0 : *std::max_element(worse.begin(), worse.end());
  for (size_t& count : worse) count = most - count;
  return worse;
}

}  // namespace gram::rank
