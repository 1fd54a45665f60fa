#include "engine/rank/cycles.h"

#include <algorithm>
#include <deque>

namespace gram::rank {
namespace {

constexpr size_t kUnseen = static_cast<size_t>(-1);

}  // namespace

BeatsGraph::BeatsGraph(size_t entrants, std::span<const Game> games)
    : beats_(entrants, std::vector<bool>(entrants)) {
  for (const Game& game : games) {
    const auto [first, second] = game.match;
    if (game.score.first > game.score.second) beats_[first][second] = true;
    if (game.score.first < game.score.second) beats_[second][first] = true;
  }
}

int64_t BeatsGraph::IntransitiveTriples() const {
  int64_t triples = 0;
  for (size_t a = 0; a < size(); ++a) {
    // Each triple is met once: a is its smallest member.
    for (size_t b = a + 1; b < size(); ++b) {
      if (!beats_[a][b]) continue;
      for (size_t c = a + 1; c < size(); ++c) triples += beats_[b][c] && beats_[c][a] ? 1 : 0;
    }
  }
  return triples;
}

// Breadth first along wins: result[i] is the one over whom i was first reached from `from`, kUnseen
// for those out of reach. `from` itself is reached only where a circle leads back to it.
std::vector<size_t> BeatsGraph::Search(size_t from) const {
  std::vector<size_t> reached_over(size(), kUnseen);
  std::deque<size_t> queue = {from};
  while (!queue.empty()) {
    const size_t at = queue.front();
    queue.pop_front();
    for (size_t next = 0; next < size(); ++next) {
      if (!beats_[at][next] || reached_over[next] != kUnseen) continue;
      reached_over[next] = at;
      if (next != from) queue.push_back(next);
    }
  }
  return reached_over;
}

std::vector<std::vector<size_t>> BeatsGraph::Groups() const {
  std::vector<std::vector<size_t>> reached_over;
  for (size_t i = 0; i < size(); ++i) reached_over.push_back(Search(i));
  std::vector<std::vector<size_t>> groups;
  std::vector<bool> grouped(size());
  for (size_t i = 0; i < size(); ++i) {
    if (grouped[i] || reached_over[i][i] == kUnseen) continue;
    std::vector<size_t>& group = groups.emplace_back();
    for (size_t j = i; j < size(); ++j) {
      if (reached_over[i][j] == kUnseen || reached_over[j][i] == kUnseen) continue;
      group.push_back(j);
      grouped[j] = true;
    }
  }
  return groups;
}

std::vector<size_t> BeatsGraph::CycleThrough(size_t entrant) const {
  const std::vector<size_t> reached_over = Search(entrant);
  std::vector<size_t> cycle;
  if (reached_over[entrant] == kUnseen) return cycle;
  for (size_t at = reached_over[entrant]; at != entrant; at = reached_over[at]) cycle.push_back(at);
  cycle.push_back(entrant);
  std::reverse(cycle.begin(), cycle.end());
  return cycle;
}

}  // namespace gram::rank
