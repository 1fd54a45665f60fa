// What is read at the last position: rows of the head, and a head of two layers.
#include "engine/model/readout.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <limits>

#include "engine/ops/backend.h"

namespace gram::model {
namespace {

ops::Compute Reference() {
  ops::Compute compute;
  compute.kernels = ops::ReferenceBackend().kernels;
  return compute;
}

ops::RowTable Table(const float* data, size_t count, size_t width) {
  return {data, count, width, DType::kF32};
}

TEST(ReadHeadTest, RowsOfTheHead) {
  const ops::Compute compute = Reference();
  const std::array<float, 6> rows = {1, 2, 3, -1, 0, 2};
  const std::array<float, 3> x = {1, 10, 100};
  const std::array<int32_t, 2> wanted = {1, 0};
  std::array<float, 2> out{};
  ReadHead(compute, {.rows = Table(rows.data(), 2, 3)}, wanted, x.data(), out);
  EXPECT_EQ(out[0], 199);
  EXPECT_EQ(out[1], 321);
}

TEST(ReadHeadTest, TwoLayers) {
  const ops::Compute compute = Reference();
  const std::array<float, 4> first = {1, 1, -1, 0};
  const std::array<float, 2> bias = {0.5F, 1};
  const std::array<float, 2> second = {2, 100};
  const float second_bias = -3;
  const HeadWeights head = {.rows = Table(first.data(), 2, 2),
                            .bias = bias.data(),
                            .second = Table(second.data(), 1, 2),
                            .second_bias = &second_bias};
  const std::array<int32_t, 1> row = {0};
  std::array<float, 1> out{};
  // relu of (2 + 3 + 0.5, -2 + 1) is (5.5, 0).
  const std::array<float, 2> x = {2, 3};
  ReadHead(compute, head, row, x.data(), out);
  EXPECT_EQ(out[0], 8);
  const std::array<float, 2> overflowed = {std::numeric_limits<float>::quiet_NaN(), 3};
  ReadHead(compute, head, row, overflowed.data(), out);
  EXPECT_TRUE(std::isnan(out[0]));
}

}  // namespace
}  // namespace gram::model
