#include "engine/rank/standing.h"

#include <algorithm>
#include <numeric>

namespace gram::rank {
namespace {

void Count(double own, double other, Standing& standing) {
  if (own > other) {
    ++standing.wins;
  } else if (own < other) {
    ++standing.losses;
  } else {
    ++standing.draws;
  }
}

}  // namespace

std::vector<Standing> Standings(size_t entrants, std::span<const Game> games) {
  std::vector<Standing> standings(entrants);
  std::vector<std::vector<double>> scores(entrants);
  for (const Game& game : games) {
    const auto [first, second] = game.match;
    Count(game.score.first, game.score.second, standings[first]);
    Count(game.score.second, game.score.first, standings[second]);
    scores[first].push_back(game.score.first);
    scores[second].push_back(game.score.second);
  }
  for (size_t i = 0; i < entrants; ++i) {
    if (scores[i].empty()) continue;
    // A sum depends on the order of its terms; this order depends on the terms alone.
    std::sort(scores[i].begin(), scores[i].end());
    const double sum = std::accumulate(scores[i].begin(), scores[i].end(), 0.0);
    standings[i].win_rate = sum / static_cast<double>(scores[i].size());
  }
  return standings;
}

}  // namespace gram::rank
