// exp, tanh and the activation functions made of them against long double, over all sizes of their
// argument. In plain C++ vectors, which compute as those of avx2, avx512 and neon do.
#include "engine/kernels/vector/exp.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <limits>

#include "tests/testing/emulated.h"
#include "tests/testing/software_vector.h"

namespace gram::kernels::vector {
namespace {

using V = testing::SoftwareVector;

/// visit(x, function(x)) for numbers of every exponent and both signs.
template <class Function, class Visit>
void Sweep(const Function& function, const Visit& visit) {
  constexpr uint32_t kStep = testing::kSlowBuild ? 300007 : 1009;
  constexpr uint32_t kInfinity = 0x7f800000;
  V::Float x = V::Set(0);
  size_t filled = 0;
  for (uint32_t bits = 0; bits <= kInfinity; bits += kStep) {
    x.lane[filled++] = std::bit_cast<float>(bits);
    x.lane[filled++] = -std::bit_cast<float>(bits);
    if (filled < V::kLanes && bits + kStep <= kInfinity) continue;
    const V::Float y = function(x);
    for (size_t i = 0; i < filled; ++i) visit(x.lane[i], y.lane[i]);
    filled = 0;
  }
}

/// |got - expected| in units of the last place of `expected`.
double Ulps(float got, long double expected) {
  const auto rounded = std::fabs(static_cast<float>(expected));
  const long double unit = std::nextafter(rounded, INFINITY) - rounded;
  return static_cast<double>(std::fabs(got - expected) / unit);
}

TEST(ExpTest, ExpIsWithinTheStatedBound) {
  Sweep([](V::Float x) { return ExpNonPositive<V>(x); },
        [](float x, float got) {
          if (x > 0) return;
          const long double expected = std::exp(static_cast<long double>(x));
          ASSERT_LE(Ulps(got, expected), 3 + 1.25 * std::fabs(x)) << x;
        });
}

TEST(ExpTest, TanhIsWithinFourUlps) {
  Sweep([](V::Float x) { return Tanh<V>(x); },
        [](float x, float got) {
          ASSERT_LE(Ulps(got, std::tanh(static_cast<long double>(x))), 4) << x;
          ASSERT_LE(std::fabs(got), 1) << x;
          ASSERT_EQ(std::signbit(got), std::signbit(x)) << x;
        });
  EXPECT_EQ(V::First(Tanh<V>(V::Set(INFINITY))), 1);
  EXPECT_EQ(V::First(Tanh<V>(V::Set(-INFINITY))), -1);
}

TEST(ExpTest, GeluIsThatOfTheFormula) {
  Sweep([](V::Float y) { return GeluTanh<V>(y); },
        [](float y, float got) {
          const long double wide = y;
          const long double u =
              std::sqrt(2 / std::acos(-1.0L)) * (wide + 0.044715L * wide * wide * wide);
          // As y * sigmoid(2 u): 1 + tanh(u) would be rounded away below -20.
          const long double expected = wide / (1 + std::exp(-2 * u));
          ASSERT_NEAR(static_cast<double>(expected),
                      static_cast<double>(wide / 2 * (1 + std::tanh(u))),
                      1e-15 * (1 + std::fabs(y)));
          // What 2 u is rounded by is a factor of the result where that is small.
          const long double factor = 8 + 4 * std::fabs(std::min(2 * u, 0.0L));
          const long double bound = factor * 0x1p-24L * std::fabs(expected) + 0x1p-140L;
          ASSERT_LE(std::fabs(got - expected), bound) << y;
        });
}

TEST(ExpTest, WhatIsNoNumberStaysNone) {
  const V::Float x = V::Set(std::numeric_limits<float>::quiet_NaN());
  for (const V::Float& y :
       {ExpNonPositive<V>(x), Tanh<V>(x), Silu<V>(x), GeluTanh<V>(x), Tanh<V>(-x)}) {
    for (const float lane : y.lane) EXPECT_TRUE(std::isnan(lane));
  }
}

TEST(ExpTest, ACapGivesTheFormulaAndShowsWhatHasOverflowed) {
  float scores[V::kLanes] = {0,     -0.0F, 1,      -1,       50,        -50, 1000,
                             -1000, 3e38F, -3e38F, INFINITY, -INFINITY, NAN};
  float before[V::kLanes];
  std::copy(scores, scores + V::kLanes, before);
  CapScores<V>(scores, V::kLanes, 0.25F, 30.0F);
  for (size_t i = 0; i < V::kLanes; ++i) {
    const double expected = 30 * std::tanh(0.25 * before[i] / 30);
    if (std::isfinite(before[i])) {
      EXPECT_NEAR(scores[i], expected, 5e-7 * std::fabs(expected)) << before[i];
      EXPECT_EQ(std::signbit(scores[i]), std::signbit(before[i])) << before[i];
    } else {
      EXPECT_TRUE(std::isnan(scores[i])) << before[i];
    }
  }
}

}  // namespace
}  // namespace gram::kernels::vector
