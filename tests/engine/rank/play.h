// Plays tournaments against a table of scores.
#ifndef GRAM_TESTS_ENGINE_RANK_PLAY_H_
#define GRAM_TESTS_ENGINE_RANK_PLAY_H_

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <numeric>
#include <vector>

#include "engine/rank/tournament.h"
#include "tests/testing/random.h"

namespace gram::rank {

/// table[i][j] is the score of i against j; table[j][i] is 1 minus that.
using Table = std::vector<std::vector<double>>;

/// Any scores; with `levels` > 0 only multiples of 1 / levels, so that draws and equal rates are
/// common (and, for a power of two, exact).
inline Table RandomTable(size_t n, testing::Random& random, size_t levels = 0) {
  Table table(n, std::vector<double>(n, 0.5));
  for (size_t i = 0; i < n; ++i) {
    for (size_t j = i + 1; j < n; ++j) {
      table[i][j] =
          levels > 0 ? static_cast<double>(random.Below(levels + 1)) / static_cast<double>(levels)
                     : 0.5 + 0.5 * static_cast<double>(random.Unit());
      table[j][i] = 1 - table[i][j];
    }
  }
  return table;
}

/// A judge without contradictions: the entrant of the greater merit has 0.75, equal merits 0.5.
inline Table TransitiveTable(const std::vector<size_t>& merit) {
  Table table(merit.size(), std::vector<double>(merit.size(), 0.5));
  for (size_t i = 0; i < merit.size(); ++i) {
    for (size_t j = 0; j < merit.size(); ++j) {
      if (merit[i] != merit[j]) table[i][j] = merit[i] > merit[j] ? 0.75 : 0.25;
    }
  }
  return table;
}

inline std::vector<size_t> Shuffled(size_t n, testing::Random& random) {
  std::vector<size_t> order(n);
  std::iota(order.begin(), order.end(), size_t{0});
  for (size_t i = n; i > 1; --i) std::swap(order[i - 1], order[random.Below(i)]);
  return order;
}

/// Plays to the end; returns the number of rounds.
inline int Play(Tournament& tournament, const Table& table) {
  int rounds = 0;
  while (!tournament.Next().empty()) {
    std::vector<Score> scores;
    for (const auto& [first, second] : tournament.Next()) {
      scores.push_back({table[first][second], table[second][first]});
    }
    const Status taken = tournament.Take(scores);
    EXPECT_TRUE(taken.ok()) << taken.message();
    if (!taken.ok()) break;
    ++rounds;
  }
  return rounds;
}

using Factory = std::unique_ptr<Tournament> (*)(size_t);

}  // namespace gram::rank

#endif  // GRAM_TESTS_ENGINE_RANK_PLAY_H_
