// The score formulas against their definitions, their symmetries and their extremes.
#include "engine/judge/verdict.h"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/testing/random.h"

namespace gram::judge {
namespace {

std::array<OrderVerdict, 2> Orders(float a1, float b1, float a2, float b2) {
  return {OrderVerdict{1, a1, b1, 10}, OrderVerdict{2, a2, b2, 12}};
}

double Sigmoid(double x) { return 1 / (1 + std::exp(-x)); }

TEST(Combine, IsTheMeanOverTheOrders) {
  testing::Random random(20);
  for (int i = 0; i < 1000; ++i) {
    const float a1 = 8 * random.Unit(), b1 = 8 * random.Unit(), a2 = 8 * random.Unit(),
                b2 = 8 * random.Unit();
    const Verdict v = Combine(Orders(a1, b1, a2, b2), Scoring::kAverage);
    const double p1 = Sigmoid(static_cast<double>(a1) - b1);
    const double p2 = Sigmoid(static_cast<double>(b2) - a2);
    const double score = (p1 + p2) / 2;
    ASSERT_NEAR(v.score_response1, score, 1e-14);
    ASSERT_NEAR(v.score_response1 + v.score_response2, 1, 1e-15);
    ASSERT_NEAR(v.margin, std::log(score / (1 - score)), 1e-9);
    ASSERT_NEAR(v.order_gap, std::fabs(p1 - p2), 1e-14);
    ASSERT_EQ(v.orders_agree, (p1 > 0.5) == (p2 > 0.5));
    ASSERT_EQ(v.response1_is_better, score > 0.5);
    ASSERT_EQ(v.orders[1].tokens, 12);
  }
}

TEST(Combine, SwappingTheResponsesMirrorsTheVerdict) {
  testing::Random random(21);
  for (int i = 0; i < 1000; ++i) {
    const float a1 = 30 * random.Unit(), b1 = 30 * random.Unit(), a2 = 30 * random.Unit(),
                b2 = 30 * random.Unit();
    for (const Scoring scoring : {Scoring::kAverage, Scoring::kCardSnippet}) {
      const Verdict v = Combine(Orders(a1, b1, a2, b2), scoring);
      const Verdict w = Combine(Orders(a2, b2, a1, b1), scoring);
      ASSERT_EQ(v.score_response1, w.score_response2);
      ASSERT_EQ(v.orders_agree, w.orders_agree);
      ASSERT_NEAR(v.margin, -w.margin, 1e-12 * (1 + std::fabs(v.margin)));
    }
  }
}

TEST(Combine, IdenticalResponsesGiveExactlyOneHalf) {
  testing::Random random(22);
  for (int i = 0; i < 1000; ++i) {
    const float a = 100 * random.Unit(), b = 100 * random.Unit();
    const Verdict v = Combine(Orders(a, b, a, b), Scoring::kAverage);
    ASSERT_EQ(v.score_response1, 0.5);
    ASSERT_EQ(v.score_response2, 0.5);
    ASSERT_EQ(v.margin, 0);
    ASSERT_FALSE(v.response1_is_better);
    ASSERT_EQ(v.orders_agree, a == b);
  }
}

TEST(Combine, StaysFiniteAndSureAtExtremes) {
  const Verdict v = Combine(Orders(60, -60, -60, 60), Scoring::kAverage);
  EXPECT_EQ(v.score_response1, 1);
  EXPECT_NEAR(v.margin, 120, 1e-9);
  EXPECT_GT(v.score_response2, 0);
  EXPECT_TRUE(v.orders_agree);
}

// The model card's snippet: softmax of [[A1, B1], [B2, A2]] over the orders, mean over the slots.
TEST(Combine, CardSnippet) {
  const Verdict v = Combine(Orders(2, -1, 0.5F, 1), Scoring::kCardSnippet);
  EXPECT_NEAR(v.score_response1, (Sigmoid(2 - 1.0) + Sigmoid(-1 - 0.5)) / 2, 1e-15);
  // No position bias: the snippet cannot tell anything.
  EXPECT_EQ(Combine(Orders(3, -2, -2, 3), Scoring::kCardSnippet).score_response1, 0.5);
}

}  // namespace
}  // namespace gram::judge
