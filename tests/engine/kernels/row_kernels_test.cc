// RMSNorm, RoPE, rounding and dot of every ISA against double precision, sizes swept around the
// vector width.
#include <gtest/gtest.h>

#include <cmath>

#include "engine/kernels/kernel_table.h"
#include "tests/testing/backends.h"
#include "tests/testing/random.h"

namespace gram::kernels {
namespace {

using testing::AsBf16;
using testing::Random;

constexpr float kGuard = 77;

class RowKernelsTest : public ::testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    const auto backend = testing::FindBackend(GetParam(), DType::kBf16);
    if (!backend.ok()) GTEST_SKIP() << backend.status().message();
    table_ = (*backend)->kernels;
  }
  /// A buffer for `n` activations with guards behind them, and its values afterwards.
  float Activation(const std::vector<float>& raw, size_t i) const {
    return table_->activations == DType::kBf16
               ? ToFloat(reinterpret_cast<const Bf16*>(raw.data())[i])
               : raw[i];
  }
  double StoreEpsilon() const { return table_->activations == DType::kBf16 ? 1.0 / 256 : 1e-6; }
  const KernelTable* table_ = nullptr;
};

const std::vector<size_t> kSizes = {1, 2, 15, 16, 17, 31, 32, 33, 64, 100, 127, 128, 2048, 2560};

TEST_P(RowKernelsTest, RmsNorm) {
  Random random(6);
  for (const size_t n : kSizes) {
    const auto x = random.Floats(n, 3);
    const auto weight = random.Floats(n);
    double squares = 0;
    for (const float value : x) squares += static_cast<double>(value) * value;
    const double factor = 1 / std::sqrt(squares / static_cast<double>(n) + 1e-6);
    std::vector<float> wide(n + 1, kGuard);
    std::vector<float> narrow(n + 1, kGuard);
    table_->rms_norm_f32({x.data(), weight.data(), n, 1e-6F, wide.data()});
    table_->rms_norm({x.data(), weight.data(), n, 1e-6F, narrow.data()});
    for (size_t i = 0; i < n; ++i) {
      const double expected = x[i] * factor * weight[i];
      ASSERT_NEAR(wide[i], expected, 1e-6 * (1 + std::fabs(expected))) << n << " at " << i;
      ASSERT_NEAR(Activation(narrow, i), expected, StoreEpsilon() * (1e-3 + std::fabs(expected)))
          << n << " at " << i;
    }
    EXPECT_EQ(wide[n], kGuard);
    EXPECT_EQ(narrow[n], kGuard);
  }
}

TEST_P(RowKernelsTest, RopeRotatesHalves) {
  Random random(7);
  for (const size_t dim :
       {size_t{2}, size_t{16}, size_t{24}, size_t{34}, size_t{64}, size_t{128}}) {
    const auto x = random.Floats(dim);
    std::vector<float> cos, sin;
    for (size_t i = 0; i < dim / 2; ++i) {
      cos.push_back(std::cos(static_cast<float>(i)));
      sin.push_back(std::sin(static_cast<float>(i)));
    }
    std::vector<float> out(dim + 1, kGuard);
    table_->rope({x.data(), cos.data(), sin.data(), dim, out.data()});
    std::vector<float> in_place = x;
    table_->rope({in_place.data(), cos.data(), sin.data(), dim, in_place.data()});
    for (size_t i = 0; i < dim / 2; ++i) {
      EXPECT_NEAR(out[i], x[i] * cos[i] - x[i + dim / 2] * sin[i], 1e-6);
      EXPECT_NEAR(out[i + dim / 2], x[i + dim / 2] * cos[i] + x[i] * sin[i], 1e-6);
      EXPECT_EQ(in_place[i], out[i]);
      EXPECT_EQ(in_place[i + dim / 2], out[i + dim / 2]);
    }
    EXPECT_EQ(out[dim], kGuard);
  }
}

TEST_P(RowKernelsTest, ToActivationRoundsToNearestEven) {
  Random random(8);
  for (const size_t n : kSizes) {
    auto x = random.Floats(n, 100);
    x[0] = 1.00390625F;  // halfway between two bf16: to even
    std::vector<float> out(n + 1, kGuard);
    table_->to_activation(x.data(), n, out.data());
    for (size_t i = 0; i < n; ++i) {
      ASSERT_EQ(Activation(out, i),
                table_->activations == DType::kBf16 ? ToFloat(ToBf16(x[i])) : x[i]);
    }
    EXPECT_EQ(out[n], kGuard);
  }
}

TEST_P(RowKernelsTest, Dot) {
  Random random(9);
  for (const size_t n : kSizes) {
    const auto x = random.Floats(n);
    const auto y = random.Bf16Floats(n);
    const auto narrow = AsBf16(y);
    double expected = 0;
    double norm = 0;
    for (size_t i = 0; i < n; ++i) {
      expected += static_cast<double>(x[i]) * y[i];
      norm += std::fabs(static_cast<double>(x[i]) * y[i]);
    }
    const double tolerance = 1e-6 * norm + 1e-7;
    EXPECT_NEAR(table_->dot_f32(x.data(), y.data(), n), expected, tolerance);
    EXPECT_NEAR(table_->dot_bf16(x.data(), reinterpret_cast<const uint16_t*>(narrow.data()), n),
                expected, tolerance);
  }
}

INSTANTIATE_TEST_SUITE_P(Isas, RowKernelsTest, ::testing::ValuesIn(testing::KernelNames()),
                         [](const auto& isa) { return isa.param; });

TEST(Bf16, RoundsToNearestEvenAndKeepsSpecials) {
  EXPECT_EQ(ToBf16(1.0F).bits, 0x3f80);
  EXPECT_EQ(ToBf16(1.00390625F).bits, 0x3f80);  // tie: even is below
  EXPECT_EQ(ToBf16(1.01171875F).bits, 0x3f82);  // tie: even is above
  EXPECT_EQ(ToBf16(-INFINITY).bits, 0xff80);
  EXPECT_EQ(ToBf16(3.4e38F).bits, 0x7f80);  // beyond the largest bf16
  EXPECT_TRUE(std::isnan(ToFloat(ToBf16(NAN))));
}

}  // namespace
}  // namespace gram::kernels
