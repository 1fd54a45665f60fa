// Who meets whom, and where that leaves everyone: against brute force and known winners.
#include "engine/rank/tournament.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <set>

#include "engine/rank/results.h"
#include "tests/engine/rank/play.h"

namespace gram::rank {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using Places = std::vector<size_t>;

constexpr Factory kFactories[] = {MakeRoundRobin, MakeKnockout, MakeLinearScan};

int CeilLog2(size_t n) {
  int bits = 0;
  while ((size_t{1} << bits) < n) ++bits;
  return bits;
}

// Places by the meaning of the word: how many have a greater mean score over everyone else.
Places BruteForcePlaces(const Table& table) {
  const size_t n = table.size();
  std::vector<double> sums(n);
  for (size_t i = 0; i < n; ++i) {
    for (size_t j = 0; j < n; ++j) sums[i] += i == j ? 0 : table[i][j];
  }
  Places places;
  for (const double sum : sums) {
    places.push_back(static_cast<size_t>(
        std::count_if(sums.begin(), sums.end(), [&](double other) { return other > sum; })));
  }
  return places;
}

TEST(TournamentTest, NobodyMeetsHimselfNorAnyoneTwice) {
  testing::Random random(1);
  for (const Factory make : kFactories) {
    for (size_t n = 0; n <= 34; ++n) {
      const auto tournament = make(n);
      Play(*tournament, RandomTable(n, random, 2));
      std::set<std::pair<size_t, size_t>> met;
      for (const Game& game : tournament->games()) {
        const auto [a, b] = std::minmax(game.match.first, game.match.second);
        EXPECT_LT(a, b);
        EXPECT_LT(b, n);
        EXPECT_TRUE(met.emplace(a, b).second);
      }
      EXPECT_EQ(tournament->Places().size(), n);
      EXPECT_TRUE(tournament->Next().empty());
      EXPECT_TRUE(tournament->Take({}).ok());
    }
  }
}

TEST(TournamentTest, CostsWhatItSays) {
  testing::Random random(2);
  for (size_t n = 1; n <= 34; ++n) {
    const Table table = RandomTable(n, random, 2);
    const auto round_robin = MakeRoundRobin(n);
    EXPECT_EQ(Play(*round_robin, table), n > 1 ? 1 : 0);
    EXPECT_EQ(round_robin->games().size(), n * (n - 1) / 2);
    const auto knockout = MakeKnockout(n);
    EXPECT_EQ(Play(*knockout, table), CeilLog2(n));
    EXPECT_EQ(knockout->games().size(), n - 1);
    const auto linear = MakeLinearScan(n);
    EXPECT_EQ(Play(*linear, table), static_cast<int>(n) - 1);
    EXPECT_EQ(linear->games().size(), n - 1);
  }
}

TEST(TournamentTest, EveryMethodFindsTheBestOfAConsistentJudge) {
  testing::Random random(3);
  for (const Factory make : kFactories) {
    for (size_t n = 1; n <= 40; ++n) {
      const std::vector<size_t> merit = Shuffled(n, random);
      const auto tournament = make(n);
      Play(*tournament, TransitiveTable(merit));
      const Places places = tournament->Places();
      for (size_t i = 0; i < n; ++i) EXPECT_EQ(places[i] == 0, merit[i] == n - 1) << n;
    }
  }
}

// What was seen, and what follows from it, never contradicts the places of a consistent judge.
TEST(TournamentTest, PlacesAgreeWithEveryGameOfAConsistentJudge) {
  testing::Random random(4);
  for (const Factory make : kFactories) {
    for (size_t n = 2; n <= 40; ++n) {
      std::vector<size_t> merit = Shuffled(n, random);
      for (size_t& value : merit) value /= 3;  // draws
      const auto tournament = make(n);
      Play(*tournament, TransitiveTable(merit));
      const Places places = tournament->Places();
      for (const auto& [match, score] : tournament->games()) {
        const auto [first, second] = match;
        EXPECT_EQ(places[first]<places[second], score.first> score.second) << n;
        EXPECT_EQ(places[first] > places[second], score.first < score.second) << n;
      }
      // Only those who are in fact the best share the first place.
      const size_t best = *std::max_element(merit.begin(), merit.end());
      for (size_t i = 0; i < n; ++i) {
        if (places[i] == 0) {
          EXPECT_EQ(merit[i], best);
        }
      }
    }
  }
}

TEST(TournamentTest, RoundRobinIsBruteForce) {
  testing::Random random(5);
  for (int repeat = 0; repeat < 200; ++repeat) {
    const size_t n = 1 + random.Below(12);
    // Multiples of 1/4: sums are exact, equal ones are equal in any order of adding.
    const Table table = RandomTable(n, random, repeat % 2 == 0 ? 4 : 0);
    const auto tournament = MakeRoundRobin(n);
    Play(*tournament, table);
    EXPECT_EQ(tournament->Places(), BruteForcePlaces(table));
  }
}

TEST(TournamentTest, RoundRobinDoesNotDependOnTheOrderOfEntrants) {
  testing::Random random(6);
  for (int repeat = 0; repeat < 100; ++repeat) {
    const size_t n = 2 + random.Below(10);
    const Table table = RandomTable(n, random);
    const std::vector<size_t> order = Shuffled(n, random);
    Table permuted = table;
    for (size_t i = 0; i < n; ++i) {
      for (size_t j = 0; j < n; ++j) permuted[i][j] = table[order[i]][order[j]];
    }
    const auto plain = MakeRoundRobin(n);
    const auto other = MakeRoundRobin(n);
    Play(*plain, table);
    Play(*other, permuted);
    const std::vector<Standing> expected = Standings(n, plain->games());
    const std::vector<Standing> got = Standings(n, other->games());
    for (size_t i = 0; i < n; ++i) {
      EXPECT_EQ(other->Places()[i], plain->Places()[order[i]]);
      EXPECT_EQ(got[i].win_rate, expected[order[i]].win_rate);  // to the last bit
      EXPECT_EQ(got[i].wins, expected[order[i]].wins);
      EXPECT_EQ(got[i].losses, expected[order[i]].losses);
      EXPECT_EQ(got[i].draws, expected[order[i]].draws);
    }
  }
}

// Each beats the two after it by the same score that no binary fraction holds: exactly tied.
TEST(TournamentTest, ASymmetricCircleIsATie) {
  constexpr size_t kN = 5;
  Table table(kN, std::vector<double>(kN));
  const double high[] = {0.7, 0.61};
  for (size_t i = 0; i < kN; ++i) {
    for (size_t step : {1, 2}) {
      const size_t j = (i + step) % kN;
      table[i][j] = high[step - 1];
      table[j][i] = 1 - high[step - 1];
    }
  }
  const auto tournament = MakeRoundRobin(kN);
  Play(*tournament, table);
  EXPECT_THAT(tournament->Places(), ElementsAre(0, 0, 0, 0, 0));
}

TEST(TournamentTest, AllDrawnIsAllTied) {
  for (const Factory make : kFactories) {
    for (size_t n = 1; n <= 9; ++n) {
      const auto tournament = make(n);
      Play(*tournament, TransitiveTable(std::vector<size_t>(n, 7)));
      EXPECT_EQ(tournament->Places(), Places(n, 0));
    }
  }
}

TEST(TournamentTest, KnockoutIsSeeded) {
  const auto tournament = MakeKnockout(8);
  std::vector<std::pair<size_t, size_t>> first_round;
  for (const auto& [a, b] : tournament->Next()) first_round.emplace_back(a, b);
  EXPECT_THAT(first_round,
              ElementsAre(std::pair(0, 7), std::pair(3, 4), std::pair(1, 6), std::pair(2, 5)));
  Play(*tournament, TransitiveTable({8, 7, 6, 5, 4, 3, 2, 1}));
  EXPECT_THAT(tournament->Places(), ElementsAre(0, 4, 6, 6, 7, 7, 7, 7));
}

TEST(TournamentTest, KnockoutGivesByesToTheFirst) {
  for (size_t n = 2; n <= 33; ++n) {
    const auto tournament = MakeKnockout(n);
    std::vector<bool> plays(n);
    for (const auto& [a, b] : tournament->Next()) plays[a] = plays[b] = true;
    const size_t byes = (size_t{1} << CeilLog2(n)) - n;
    for (size_t i = 0; i < n; ++i) EXPECT_EQ(plays[i], i >= byes) << n << ' ' << i;
  }
}

TEST(TournamentTest, AByeCountsForNothing) {
  const auto tournament = MakeKnockout(3);
  Play(*tournament, TransitiveTable({1, 3, 2}));
  EXPECT_THAT(tournament->Places(), ElementsAre(2, 0, 2));
}

TEST(TournamentTest, KnockoutDrawsShareThePlaceOfTheOneWhoGoesOn) {
  // 0 and 3 draw, 0 goes on as the earlier and loses the final to 1, who has beaten 2.
  const auto tournament = MakeKnockout(4);
  Play(*tournament, TransitiveTable({2, 3, 1, 2}));
  EXPECT_THAT(tournament->Places(), ElementsAre(3, 0, 3, 3));
}

TEST(TournamentTest, LinearScanPlacesByAllThatFollowsFromTheLosses) {
  // 0 beats 1, 2 beats 0 and 3, 4 beats 2 and draws with 5, who is level with it.
  const auto tournament = MakeLinearScan(6);
  Play(*tournament, TransitiveTable({2, 1, 3, 2, 4, 4}));
  EXPECT_THAT(tournament->Places(), ElementsAre(3, 4, 1, 4, 0, 0));
}

TEST(TournamentTest, AScanUpwardsOrdersAllAndDownwardsNone) {
  const auto up = MakeLinearScan(4);
  Play(*up, TransitiveTable({1, 2, 3, 4}));
  EXPECT_THAT(up->Places(), ElementsAre(3, 2, 1, 0));
  const auto down = MakeLinearScan(4);
  Play(*down, TransitiveTable({4, 3, 2, 1}));
  EXPECT_THAT(down->Places(), ElementsAre(0, 3, 3, 3));
}

// How many are worse, from the definition: i is better than j where games lead from i to j, draws
// taken as no difference, and at least one of them was won.
Places BruteForceElimination(const Tournament& tournament) {
  const size_t n = tournament.entrants();
  std::vector<std::vector<bool>> not_worse(n, std::vector<bool>(n));
  std::vector<std::vector<bool>> better = not_worse;
  for (size_t i = 0; i < n; ++i) not_worse[i][i] = true;
  for (const auto& [match, score] : tournament.games()) {
    const auto [a, b] = match;
    if (score.first >= score.second) not_worse[a][b] = true;
    if (score.first <= score.second) not_worse[b][a] = true;
    if (score.first > score.second) better[a][b] = true;
    if (score.first < score.second) better[b][a] = true;
  }
  for (size_t k = 0; k < n; ++k) {
    for (size_t i = 0; i < n; ++i) {
      for (size_t j = 0; j < n; ++j) {
        if (!not_worse[i][k] || !not_worse[k][j]) continue;
        if (better[i][k] || better[k][j]) better[i][j] = true;
        not_worse[i][j] = true;
      }
    }
  }
  std::vector<size_t> worse;
  for (const auto& row : better) {
    worse.push_back(static_cast<size_t>(std::count(row.begin(), row.end(), true)));
  }
  const size_t most = n == 0 ? 0 : *std::max_element(worse.begin(), worse.end());
  for (size_t& count : worse) count = most - count;
  return worse;
}

TEST(TournamentTest, EliminationPlacesAreTheDefinition) {
  testing::Random random(7);
  for (const Factory make : {MakeKnockout, MakeLinearScan}) {
    for (size_t n = 0; n <= 40; ++n) {
      const auto tournament = make(n);
      Play(*tournament, RandomTable(n, random, 2 + n % 3));
      EXPECT_EQ(tournament->Places(), BruteForceElimination(*tournament)) << n;
    }
  }
}

TEST(TournamentTest, ScoresThatAreNoneAreRefusedAndTheRoundStaysOpen) {
  constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  for (const Factory make : kFactories) {
    const auto tournament = make(2);
    ASSERT_EQ(tournament->Next().size(), 1u);
    for (const Score& bad :
         {Score{kNaN, 0.5}, Score{0.5, kNaN}, Score{kNaN, kNaN}, Score{-0.5, 1.5}, Score{1.5, -0.5},
          Score{0.5, 0.6}, Score{kInfinity, -kInfinity}}) {
      const Status status = tournament->Take({{bad}});
      EXPECT_EQ(status.code(), StatusCode::kInvalidArgument);
      EXPECT_THAT(status.message(), HasSubstr("entrants 0 and 1"));
    }
    EXPECT_FALSE(tournament->Take({}).ok());
    EXPECT_TRUE(tournament->games().empty());
    const Score scores[] = {{0, 1}};
    EXPECT_TRUE(tournament->Take(scores).ok());
    EXPECT_THAT(tournament->Places(), ElementsAre(1, 0));
    EXPECT_FALSE(tournament->Take(scores).ok()) << "the round was taken before";
  }
}

}  // namespace
}  // namespace gram::rank
