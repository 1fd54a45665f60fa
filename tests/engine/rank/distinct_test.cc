// Identical texts take part once and share their rank.
#include "engine/rank/distinct.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace gram::rank {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using Texts = std::vector<std::string>;

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
