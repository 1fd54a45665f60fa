// What games add up to: strengths, ranks, and where "beats" runs in a circle.
#ifndef GRAM_ENGINE_RANK_RESULTS_H_
#define GRAM_ENGINE_RANK_RESULTS_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
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

/// Texts that occur more than once take part once.
struct Distinct {
  std::vector<size_t> entrant_of;  ///< for each text: the entrant that it is
  std::vector<size_t> text_of;     ///< for each entrant: the first text that it is
};

/// Entrants are numbered in the order of their first texts.
Distinct FindDistinct(std::span<const std::string> texts);

/// Ranks for each text from the places of the entrants: 1 plus the number of texts, copies counted,
/// whose place is better.
std::vector<int> CompetitionRanks(const Distinct& distinct, std::span<const size_t> places);

}  // namespace gram::rank

#endif  // GRAM_ENGINE_RANK_RESULTS_H_
