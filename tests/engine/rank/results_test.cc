// Strengths: against known ones, against a slow maximisation, and at the edges. Circles of "beats":
// against every triple and every path. Identical texts: they take part once and share their rank.
#include "engine/rank/results.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "tests/engine/rank/play.h"

namespace gram::rank {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using Texts = std::vector<std::string>;
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

BeatsGraph GraphOf(const Table& table) {
  const auto tournament = MakeRoundRobin(table.size());
  Play(*tournament, table);
  return BeatsGraph(table.size(), tournament->games());
}

// Each beats the next.
Table Circle(const std::vector<size_t>& members, size_t n) {
  Table table(n, std::vector<double>(n, 0.5));
  for (size_t i = 0; i < members.size(); ++i) {
    const size_t a = members[i];
    const size_t b = members[(i + 1) % members.size()];
    table[a][b] = 1;
    table[b][a] = 0;
  }
  return table;
}

// reach[i][j]: a path of wins leads from i to j (Warshall).
std::vector<std::vector<bool>> Reach(const Table& table) {
  const size_t n = table.size();
  std::vector<std::vector<bool>> reach(n, std::vector<bool>(n));
  for (size_t i = 0; i < n; ++i) {
    for (size_t j = 0; j < n; ++j) reach[i][j] = table[i][j] > table[j][i];
  }
  for (size_t k = 0; k < n; ++k) {
    for (size_t i = 0; i < n; ++i) {
      for (size_t j = 0; j < n; ++j) {
        if (reach[i][k] && reach[k][j]) reach[i][j] = true;
      }
    }
  }
  return reach;
}

class RandomCyclesTest : public ::testing::TestWithParam<size_t> {
 protected:
  RandomCyclesTest() : random_(static_cast<uint32_t>(GetParam()) + 1) {
    for (int i = 0; i < 30; ++i) {
      tables_.push_back(RandomTable(1 + random_.Below(10), random_, GetParam()));
    }
  }

  testing::Random random_;
  std::vector<Table> tables_;
};

TEST_P(RandomCyclesTest, TriplesAreThoseOfAFullCount) {
  for (const Table& table : tables_) {
    const size_t n = table.size();
    const auto beats = [&](size_t a, size_t b) { return table[a][b] > table[b][a]; };
    int64_t ordered = 0;
    for (size_t a = 0; a < n; ++a) {
      for (size_t b = 0; b < n; ++b) {
        for (size_t c = 0; c < n; ++c) ordered += beats(a, b) && beats(b, c) && beats(c, a) ? 1 : 0;
      }
    }
    EXPECT_EQ(GraphOf(table).IntransitiveTriples(), ordered / 3);
  }
}

TEST_P(RandomCyclesTest, GroupsAreThoseWhoReachEachOther) {
  for (const Table& table : tables_) {
    const auto reach = Reach(table);
    std::vector<std::vector<size_t>> expected;
    for (size_t i = 0; i < table.size(); ++i) {
      std::vector<size_t> group;
      for (size_t j = 0; j < table.size(); ++j) {
        if (reach[i][j] && reach[j][i]) group.push_back(j);
      }
      if (!group.empty() && group.front() == i) expected.push_back(group);
    }
    EXPECT_EQ(GraphOf(table).Groups(), expected);
  }
}

TEST_P(RandomCyclesTest, ACycleIsOneAndIsFoundWhereThereIsOne) {
  for (const Table& table : tables_) {
    const auto reach = Reach(table);
    const BeatsGraph graph = GraphOf(table);
    for (size_t i = 0; i < table.size(); ++i) {
      const std::vector<size_t> cycle = graph.CycleThrough(i);
      ASSERT_EQ(!cycle.empty(), reach[i][i]);
      if (cycle.empty()) continue;
      EXPECT_EQ(cycle.front(), i);
      EXPECT_GE(cycle.size(), 3u);
      for (size_t k = 0; k < cycle.size(); ++k) {
        const size_t a = cycle[k];
        const size_t b = cycle[(k + 1) % cycle.size()];
        EXPECT_GT(table[a][b], table[b][a]);
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(AnyScoresWinOrLoseWithDraws, RandomCyclesTest, ::testing::Values(0, 1, 2));

TEST(CyclesTest, AConsistentJudgeHasNone) {
  testing::Random random(9);
  for (size_t n = 0; n <= 12; ++n) {
    const BeatsGraph graph = GraphOf(TransitiveTable(Shuffled(n, random)));
    EXPECT_EQ(graph.IntransitiveTriples(), 0);
    EXPECT_THAT(graph.Groups(), IsEmpty());
    for (size_t i = 0; i < n; ++i) EXPECT_THAT(graph.CycleThrough(i), IsEmpty());
  }
}

TEST(CyclesTest, TheShortestCycleIsShown) {
  EXPECT_THAT(GraphOf(Circle({3, 1, 4, 0}, 6)).CycleThrough(4), ElementsAre(4, 0, 3, 1));
  Table table = Circle({0, 1, 2, 3, 4}, 5);
  table[2][0] = 1;
  table[0][2] = 0;
  EXPECT_THAT(GraphOf(table).CycleThrough(0), ElementsAre(0, 1, 2));
  EXPECT_THAT(GraphOf(table).CycleThrough(3), SizeIs(5));
}

TEST(CyclesTest, SeparateCirclesAreSeparateGroups) {
  Table table = Circle({0, 4, 2}, 7);
  for (const auto& [a, b] : {std::pair(5, 3), std::pair(3, 6), std::pair(6, 5)}) {
    table[static_cast<size_t>(a)][static_cast<size_t>(b)] = 1;
    table[static_cast<size_t>(b)][static_cast<size_t>(a)] = 0;
  }
  EXPECT_THAT(GraphOf(table).Groups(), ElementsAre(ElementsAre(0, 2, 4), ElementsAre(3, 5, 6)));
  EXPECT_EQ(GraphOf(table).IntransitiveTriples(), 2);
}

TEST(DistinctTest, NumbersTextsByTheirFirstOccurrence) {
  const Texts texts = {"b", "", "b", "a", "", std::string("b\0", 2)};
  const Distinct distinct = FindDistinct(texts);
  EXPECT_THAT(distinct.entrant_of, ElementsAre(0, 1, 0, 2, 1, 3));
  EXPECT_THAT(distinct.text_of, ElementsAre(0, 1, 3, 5));
  EXPECT_THAT(FindDistinct({}).entrant_of, IsEmpty());
}

TEST(DistinctTest, RanksCountEveryTextThatIsBetter) {
  const Texts texts = {"b", "a", "b", "c", "a", "d"};
  const size_t places[] = {2, 0, 2, 7};  // of b, a, c, d; numbers may be missing
  EXPECT_THAT(CompetitionRanks(FindDistinct(texts), places), ElementsAre(3, 1, 3, 3, 1, 6));
  const Texts one = {"x"};
  EXPECT_THAT(CompetitionRanks(FindDistinct(one), std::vector<size_t>{5}), ElementsAre(1));
}

}  // namespace
}  // namespace gram::rank
