// Texts that occur more than once take part once.
#ifndef GRAM_ENGINE_RANK_DISTINCT_H_
#define GRAM_ENGINE_RANK_DISTINCT_H_

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace gram::rank {

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

#endif  // GRAM_ENGINE_RANK_DISTINCT_H_
