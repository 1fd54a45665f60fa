// Where "beats" runs in a circle.
#ifndef GRAM_ENGINE_RANK_CYCLES_H_
#define GRAM_ENGINE_RANK_CYCLES_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "engine/rank/tournament.h"

namespace gram::rank {

/// Who beats whom, by the games; a draw is no win for either side.
class BeatsGraph {
 public:
  BeatsGraph(size_t entrants, std::span<const Game> games);

  /// Triples of which each beats the next, and the last beats the first.
  int64_t IntransitiveTriples() const;

  /// Groups of two or more entrants, each of whom beats each other one directly or over others in
  /// the group (strongly connected components). Sorted, and in the order of their first members.
  std::vector<std::vector<size_t>> Groups() const;

  /// The shortest circle through `entrant`, which stands first; each beats the next, the last beats
  /// the first. Empty: there is none.
  std::vector<size_t> CycleThrough(size_t entrant) const;

 private:
  size_t size() const { return beats_.size(); }
  std::vector<size_t> Search(size_t from) const;

  std::vector<std::vector<bool>> beats_;
};

}  // namespace gram::rank

#endif  // GRAM_ENGINE_RANK_CYCLES_H_
