// Statistics against values that SciPy 1.16 and scikit-learn 1.8 gave for the same numbers.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "jobs/eval/scoreboard.h"
#include "jobs/eval/stats/binomial.h"
#include "jobs/eval/stats/bootstrap.h"
#include "jobs/eval/stats/isotonic.h"
#include "jobs/eval/stats/logistic.h"

namespace gram::jobs {
namespace {

TEST(BinomialTest, CdfIsThatOfSciPy) {
  EXPECT_NEAR(BinomialCdf(3, 10, 0.2), 0.8791261183999999, 1e-13);
  EXPECT_NEAR(BinomialCdf(0, 50, 0.05), 0.0769449752767133, 1e-13);
  EXPECT_NEAR(BinomialCdf(59, 100, 0.5), 0.9715560331795096, 1e-12);
  EXPECT_NEAR(BinomialCdf(700, 1000, 0.75), 0.0001935903219490758, 1e-13);
  EXPECT_NEAR(BinomialCdf(999, 1000, 0.999), 0.6323045752290363, 1e-10);
  EXPECT_NEAR(BinomialCdf(20000, 100000, 0.2013), 0.15354639902172393, 1e-9);
}

TEST(BinomialTest, EndsAreExact) {
  EXPECT_EQ(BinomialCdf(-1, 5, 0.3), 0);
  EXPECT_EQ(BinomialCdf(5, 5, 0.3), 1);
  EXPECT_EQ(BinomialCdf(0, 0, 0.3), 1);
  EXPECT_EQ(BinomialCdf(2, 5, 0), 1);
  EXPECT_EQ(BinomialCdf(2, 5, 1), 0);
}

TEST(BinomialTest, UpperBoundIsTheBetaQuantile) {
  EXPECT_NEAR(BinomialUpperBound(0, 59, 0.05), 0.04950760988822693, 1e-12);
  EXPECT_NEAR(BinomialUpperBound(3, 100, 0.05), 0.07571079374983004, 1e-12);
  EXPECT_NEAR(BinomialUpperBound(10, 200, 0.005), 0.10396215575398238, 1e-12);
  EXPECT_NEAR(BinomialUpperBound(0, 10, 0.01), 0.36904265551980675, 1e-12);
  EXPECT_NEAR(BinomialUpperBound(50, 100, 0.025), 0.601678870496699, 1e-12);
  EXPECT_EQ(BinomialUpperBound(7, 7, 0.05), 1);
  EXPECT_EQ(BinomialUpperBound(0, 0, 0.05), 1);
}

TEST(BinomialTest, McNemarIsTheExactTest) {
  EXPECT_NEAR(McNemarP(5, 15), 0.04138946533203125, 1e-14);
  EXPECT_NEAR(McNemarP(15, 5), 0.04138946533203125, 1e-14);
  EXPECT_EQ(McNemarP(10, 10), 1);
  EXPECT_NEAR(McNemarP(0, 6), 0.03125, 1e-15);
  EXPECT_NEAR(McNemarP(121, 59), 4.4344492637551645e-06, 1e-17);
  EXPECT_EQ(McNemarP(0, 0), 1);
}

const std::vector<double> kX = {-2.1, -1.4, -0.9, -0.3, 0.2, 0.5, 0.8, 1.1, 1.9, 2.6, -0.6, 0.1};
const std::vector<double> kZ = {1, -1, 1, 1, -1, 1, -1, 1, 1, -1, -1, 1};
const std::vector<double> kY = {0, 0, 1, 0, 1, 0, 1, 1, 1, 1, 0, 0};

TEST(LogisticTest, SlopesAndErrorsAreThoseOfScikitLearn) {
  const auto one = FitLogistic({kX}, kY);
  ASSERT_TRUE(one);
  EXPECT_NEAR(one->slopes[0], 1.5195198288123306, 1e-9);
  EXPECT_NEAR(one->errors[0], 0.9030765807762005, 1e-8);
  const auto two = FitLogistic({kX, kZ}, kY);
  ASSERT_TRUE(two);
  EXPECT_NEAR(two->slopes[0], 1.6399890965055872, 1e-9);
  EXPECT_NEAR(two->slopes[1], -0.5316564611392065, 1e-9);
  EXPECT_NEAR(two->errors[0], 0.975339640673749, 1e-8);
  EXPECT_NEAR(two->errors[1], 0.7959123141084908, 1e-8);
}

TEST(LogisticTest, UnitsDoNotMatter) {
  std::vector<double> large = kX;
  for (double& x : large) x *= 1e6;
  const auto fit = FitLogistic({large}, kY);
  ASSERT_TRUE(fit);
  EXPECT_NEAR(fit->slopes[0] * 1e6, 1.5195198288123306, 1e-8);
}

TEST(LogisticTest, WithoutAFiniteMaximumThereIsNone) {
  EXPECT_FALSE(FitLogistic({{1, 2, -1}}, std::vector<double>{1, 1, 0})) << "told apart";
  EXPECT_FALSE(FitLogistic({{0, 0, 0}}, std::vector<double>{1, 1, 0})) << "says nothing";
  EXPECT_FALSE(FitLogistic({{1, 2}, {2, 4}}, std::vector<double>{1, 0})) << "one twice";
  EXPECT_FALSE(FitLogistic({{}}, {})) << "empty";
}

TEST(IsotonicTest, CornersAndValuesAreThoseOfScikitLearn) {
  const std::vector<double> x = {1, 2, 3, 4, 5, 5, 6, 7, 8, 9};
  const std::vector<double> y = {.1, .4, .3, .2, .5, .9, .6, .6, .8, .7};
  const std::vector<double> weights = {1, 1, 2, 1, 1, 1, 3, 1, 1, 2};
  std::vector<WeightedPoint> points;
  for (size_t i = 0; i < x.size(); ++i) points.push_back({x[i], y[i], weights[i]});
  std::reverse(points.begin(), points.end());
  const RisingFunction fit = FitIsotonic(points);
  const std::vector<double> corners = {1, 2, 4, 5, 7, 8, 9};
  const std::vector<double> values = {.1, .3, .3, 19.0 / 30, 19.0 / 30, 22.0 / 30, 22.0 / 30};
  ASSERT_EQ(fit.x, corners);
  for (size_t i = 0; i < values.size(); ++i) EXPECT_NEAR(fit.y[i], values[i], 1e-15);
  EXPECT_NEAR(fit.At(1.5), 0.2, 1e-15);
  EXPECT_NEAR(fit.At(4.5), 0.4666666666666667, 1e-15);
  EXPECT_NEAR(fit.At(-100), 0.1, 1e-15);
  EXPECT_NEAR(fit.At(INFINITY), 22.0 / 30, 1e-15);
  EXPECT_EQ(RisingFunction().At(1), 0);
}

// The statistic of a mean over clusters of `size` values.
Figures MeanOver(const std::vector<double>& data, size_t size) {
  return [&data, size](std::span<const double> times) {
    double sum = 0;
    double count = 0;
    for (size_t i = 0; i < data.size(); ++i) {
      sum += times[i / size] * data[i];
      count += times[i / size];
    }
    return std::vector<double>{sum / count};
  };
}

const std::vector<double> kData = {0, 1, 1, 1, 0, 1, 1, 0, 1, 1, 1, 1, 0, 0, 1,
                                   1, 1, 0, 1, 1, 1, 1, 0, 1, 1, 0, 1, 1, 1, 1};

// scipy.stats.bootstrap with 200,000 resamples; the end of a discrete distribution may fall on the
// neighbouring value.
TEST(BootstrapTest, IntervalsAreThoseOfSciPy) {
  BootstrapOptions options;
  options.resamples = 20000;
  const Interval rows = BootstrapIntervals(30, MeanOver(kData, 1), options).front();
  EXPECT_NEAR(rows.low, 0.5666666666666667, 1e-9);
  EXPECT_NEAR(rows.high, 0.8666666666666667, 1e-9);
  const Interval clusters = BootstrapIntervals(10, MeanOver(kData, 3), options).front();
  EXPECT_NEAR(clusters.low, 0.6, 1e-9);
  EXPECT_NEAR(clusters.high, 0.8666666666666667, 1e-9);
}

TEST(BootstrapTest, TheSeedDecidesAll) {
  const auto at = [](uint64_t seed) {
    BootstrapOptions options;
    options.resamples = 101;
    options.seed = seed;
    std::vector<double> data(100);
    std::iota(data.begin(), data.end(), 0.1);
    return BootstrapIntervals(100, MeanOver(data, 1), options).front();
  };
  EXPECT_EQ(at(1).low, at(1).low);
  EXPECT_NE(at(1).low, at(2).low);
}

TEST(BootstrapTest, WhatCannotBeDrawnAnewHasNoInterval) {
  EXPECT_TRUE(std::isnan(BootstrapIntervals(1, MeanOver(kData, 30)).front().low));
  const auto never = [](std::span<const double>) { return std::vector<double>{NAN}; };
  EXPECT_TRUE(std::isnan(BootstrapIntervals(9, never).front().low));
}

TEST(BootstrapTest, QuantilesLieBetweenNeighbours) {
  const std::vector<double> values = {1, 2, 4, 8};
  EXPECT_EQ(Quantile(values, 0), 1);
  EXPECT_EQ(Quantile(values, 1), 8);
  EXPECT_EQ(Quantile(values, 0.5), 3);
  EXPECT_EQ(Quantile(std::vector<double>{INFINITY, INFINITY}, 0.5), INFINITY);
}

TEST(BootstrapTest, DrawsAreFair) {
  Draws draws(7);
  std::vector<int> counts(3, 0);
  for (int i = 0; i < 30000; ++i) ++counts[draws.Below(3)];
  for (const int count : counts) EXPECT_NEAR(count, 10000, 300);
}

TEST(ScoreboardTest, SumsLeaveOutWhatHasNoValue) {
  Scoreboard board;
  board.Add("a", 0, 1);
  board.Add("a", 1, 0);
  board.Add("b", 1, 1);
  const FigureId a = board.Mean("a");
  const FigureId b = board.Mean("b");
  const FigureId none = board.Mean("none");
  board.Sum({{a, 3}, {b, 1}, {none, 7}}, /*normalised=*/true);
  board.Sum({{a, 0.3}, {b, 0.01}}, /*normalised=*/false);
  board.MeanOf({none});
  const auto estimates = board.Evaluate(2, {});
  EXPECT_EQ(estimates[a].value, 0.5);
  EXPECT_EQ(estimates[a].count, 2);
  EXPECT_TRUE(std::isnan(estimates[none].value));
  EXPECT_EQ(estimates[3].value, (3 * 0.5 + 1) / 4);
  EXPECT_DOUBLE_EQ(estimates[4].value, 0.16);
  EXPECT_TRUE(std::isnan(estimates[5].value));
}

}  // namespace
}  // namespace gram::jobs
