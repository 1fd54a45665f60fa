// Circles of "beats", against every triple and every path.
#include "engine/rank/cycles.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/engine/rank/play.h"

namespace gram::rank {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

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

}  // namespace
}  // namespace gram::rank
