// Strengths: against known ones, against a slow maximisation, and at the edges.
#include "engine/rank/bradley_terry.h"

#include <gtest/gtest.h>

#include <cmath>

#include "engine/rank/standing.h"
#include "tests/engine/rank/play.h"

namespace gram::rank {
namespace {

using Strengths = std::vector<double>;

double Chance(double lead) { return 1 / (1 + std::exp(-lead)); }

std::vector<Game> GamesOf(const Table& table, Factory make = MakeRoundRobin) {
  const auto tournament = make(table.size());
  Play(*tournament, table);
  return tournament->games();
}

void ExpectNear(const Strengths& got, const Strengths& expected, double tolerance) {
  ASSERT_EQ(got.size(), expected.size());
  for (size_t i = 0; i < got.size(); ++i) EXPECT_NEAR(got[i], expected[i], tolerance) << i;
}

// Hunter's minorisation-maximisation, one entrant at a time, on exp(strength); the prior is a game
// against an opponent whose strength stays 0.
Strengths Reference(size_t n, const std::vector<Game>& games, double prior) {
  std::vector<double> gamma(n, 1);
  for (int sweep = 0; sweep < 100000; ++sweep) {
    for (size_t i = 0; i < n; ++i) {
      double won = prior / 2;
      double expected = prior / (gamma[i] + 1);
      for (const auto& [match, score] : games) {
        if (match.first != i && match.second != i) continue;
        won += match.first == i ? score.first : score.second;
        expected += 1 / (gamma[match.first] + gamma[match.second]);
      }
      gamma[i] = won / expected;
    }
  }
  Strengths strengths;
  double mean = 0;
  for (const double value : gamma) strengths.push_back(std::log(value));
  for (const double value : strengths) mean += value / static_cast<double>(n);
  for (double& value : strengths) value -= mean;
  return strengths;
}

TEST(BradleyTerryTest, RecoversKnownStrengths) {
  testing::Random random(1);
  for (const Factory make : {MakeRoundRobin, MakeKnockout, MakeLinearScan}) {
    for (size_t n = 2; n <= 20; ++n) {
      Strengths known(n);
      double mean = 0;
      for (double& value : known) mean += (value = 3 * random.Unit()) / static_cast<double>(n);
      for (double& value : known) value -= mean;
      Table table(n, std::vector<double>(n));
      for (size_t i = 0; i < n; ++i) {
        for (size_t j = 0; j < n; ++j) table[i][j] = Chance(known[i] - known[j]);
      }
      ExpectNear(BradleyTerry(n, GamesOf(table, make), 1e-7), known, 1e-4);
    }
  }
}

TEST(BradleyTerryTest, IsTheMaximumThatASlowMethodFinds) {
  testing::Random random(2);
  for (const Factory make : {MakeRoundRobin, MakeKnockout, MakeLinearScan}) {
    for (const size_t n : {1, 2, 3, 5, 8}) {
      for (const size_t levels : {0, 1, 2}) {
        const std::vector<Game> games = GamesOf(RandomTable(n, random, levels), make);
        ExpectNear(BradleyTerry(n, games), Reference(n, games, kPriorGames), 1e-7);
      }
    }
  }
}

// The likelihood's slope is zero: each entrant scores as often as its strength says.
TEST(BradleyTerryTest, ExplainsEveryEntrantsScore) {
  testing::Random random(3);
  constexpr size_t kN = 64;
  const std::vector<Game> games = GamesOf(RandomTable(kN, random, 1));
  const Strengths strengths = BradleyTerry(kN, games, 1e-6);
  std::vector<double> surplus(kN);
  for (const auto& [match, score] : games) {
    const double expected = Chance(strengths[match.first] - strengths[match.second]);
    surplus[match.first] += score.first - expected;
    surplus[match.second] -= score.first - expected;
  }
  for (const double value : surplus) EXPECT_NEAR(value, 0, 1e-4);
}

TEST(BradleyTerryTest, OrdersARoundRobinByWinRate) {
  testing::Random random(4);
  for (int repeat = 0; repeat < 50; ++repeat) {
    const size_t n = 2 + random.Below(12);
    const std::vector<Game> games = GamesOf(RandomTable(n, random, repeat % 3));
    const Strengths strengths = BradleyTerry(n, games);
    const std::vector<Standing> standings = Standings(n, games);
    for (size_t i = 0; i < n; ++i) {
      for (size_t j = 0; j < n; ++j) {
        const double lead = standings[i].win_rate - standings[j].win_rate;
        if (lead == 0) {
          EXPECT_NEAR(strengths[i], strengths[j], 1e-8);
        } else if (lead > 1e-6) {
          EXPECT_GT(strengths[i], strengths[j]);
        }
      }
    }
  }
}

// Without the prior, these strengths would be infinite.
TEST(BradleyTerryTest, UndefeatedAndHopelessStayFinite) {
  for (const size_t n : {2, 3, 64}) {
    std::vector<size_t> merit(n);
    std::iota(merit.begin(), merit.end(), size_t{0});
    Table table = TransitiveTable(merit);
    for (auto& row : table) {
      for (double& score : row) score = score > 0.5 ? 1 : score < 0.5 ? 0 : 0.5;
    }
    const Strengths strengths = BradleyTerry(n, GamesOf(table));
    for (size_t i = 0; i < n; ++i) {
      EXPECT_LT(std::fabs(strengths[i]), 40);
      // Who loses all mirrors who wins all.
      EXPECT_NEAR(strengths[i], -strengths[n - 1 - i], 1e-6);
      if (i > 0) {
        EXPECT_GT(strengths[i] - strengths[i - 1], 0.1);
      }
    }
  }
}

TEST(BradleyTerryTest, SwappingTheSidesOfGamesChangesNothing) {
  testing::Random random(5);
  std::vector<Game> games = GamesOf(RandomTable(9, random));
  const Strengths expected = BradleyTerry(9, games);
  for (size_t i = 0; i < games.size(); i += 2) {
    std::swap(games[i].match.first, games[i].match.second);
    std::swap(games[i].score.first, games[i].score.second);
  }
  std::reverse(games.begin(), games.end());
  ExpectNear(BradleyTerry(9, games), expected, 1e-8);
}

TEST(BradleyTerryTest, NoGamesNoDifference) {
  EXPECT_EQ(BradleyTerry(0, {}), Strengths());
  EXPECT_EQ(BradleyTerry(3, {}), Strengths(3, 0));
}

TEST(BradleyTerryTest, ManyEntrantsTakeNoSquareOfThem) {
  constexpr size_t kN = 5000;
  testing::Random random(6);
  const std::vector<size_t> merit = Shuffled(kN, random);
  const auto tournament = MakeKnockout(kN);
  while (!tournament->Next().empty()) {
    std::vector<Score> scores;
    for (const auto& [a, b] : tournament->Next()) {
      scores.push_back(merit[a] > merit[b] ? Score{1, 0} : Score{0, 1});
    }
    ASSERT_TRUE(tournament->Take(scores).ok());
  }
  const Strengths strengths = BradleyTerry(kN, tournament->games());
  const auto best = std::max_element(merit.begin(), merit.end()) - merit.begin();
  EXPECT_EQ(tournament->Places()[static_cast<size_t>(best)], 0u);
  EXPECT_EQ(std::max_element(strengths.begin(), strengths.end()) - strengths.begin(), best);
}

}  // namespace
}  // namespace gram::rank
