#include "engine/base/packed_layout.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "engine/base/bf16.h"

namespace gram {
namespace {

struct Size {
  size_t n;
  size_t k;
};

// Around the block of 64 outputs and the units of 16 and 32 inputs.
constexpr Size kSizes[] = {{1, 1},   {1, 32},  {63, 31}, {64, 32},  {64, 33},  {65, 64},
                           {16, 15}, {16, 17}, {96, 80}, {128, 96}, {130, 175}};

Bf16 Value(Bf16, size_t i) { return {static_cast<uint16_t>(i + 1)}; }
float Value(float, size_t i) { return static_cast<float>(i + 1); }

template <typename T>
constexpr DType TypeOf() {
  return sizeof(T) == 2 ? DType::kBf16 : DType::kF32;
}

template <typename T>
class PackedLayoutTest : public ::testing::Test {};
using Elements = ::testing::Types<Bf16, float>;
TYPED_TEST_SUITE(PackedLayoutTest, Elements);

TYPED_TEST(PackedLayoutTest, EveryElementFollowsTheFormulaAndTheRestIsZero) {
  using T = TypeParam;
  const size_t p = sizeof(T) == 2 ? 2 : 1;
  for (const auto [n, k] : kSizes) {
    SCOPED_TRACE(::testing::Message() << "n " << n << " k " << k);
    const PackedLayout weight{n, k, TypeOf<T>()};
    const size_t kp = (k + 16 * p - 1) / (16 * p) * (16 * p);
    ASSERT_EQ(weight.padded_k(), kp);
    ASSERT_EQ(weight.bytes(), (n + 63) / 64 * 64 * kp * sizeof(T));

    std::vector<T> rows(n * k);
    for (size_t i = 0; i < rows.size(); ++i) rows[i] = Value(T{}, i % 30000);
    std::vector<T> packed(weight.bytes() / sizeof(T), Value(T{}, 7));  // so that padding shows
    for (size_t block = 0; block < weight.blocks(); ++block) {
      const size_t first = block * PackedLayout::kBlockCols;
      PackBlock(weight, rows.data() + first * k, std::min(PackedLayout::kBlockCols, n - first),
                packed.data() + block * weight.block_elements());
    }

    std::vector<T> expected(packed.size(), T{});
    for (size_t i = 0; i < n; ++i) {
      for (size_t j = 0; j < k; ++j) {
        const size_t at = i / 64 * 64 * kp + j / p * 64 * p + i % 64 * p + j % p;
        ASSERT_EQ(weight.At(i, j), at);
        expected[at] = rows[i * k + j];
      }
    }
    EXPECT_TRUE(packed == expected);
  }
}

TYPED_TEST(PackedLayoutTest, WritesExactlyOneBlock) {
  using T = TypeParam;
  const PackedLayout weight{3, 17, TypeOf<T>()};
  const std::vector<T> rows(3 * 17, Value(T{}, 1));
  std::vector<T> block(weight.block_elements() + 1, Value(T{}, 7));
  PackBlock(weight, rows.data(), 3, block.data());
  EXPECT_TRUE(block.back() == Value(T{}, 7));
}

}  // namespace
}  // namespace gram
