#include "tools/convert/elements.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <vector>

#include "engine/base/bf16.h"

namespace gram::convert {
namespace {

template <typename T>
std::span<const std::byte> Bytes(const std::vector<T>& values) {
  return std::as_bytes(std::span(values));
}

template <typename Stored, typename Source>
std::vector<Stored> Convert(SourceDType from, const std::vector<Source>& source, format::DType to) {
  std::vector<Stored> stored(source.size());
  EXPECT_EQ(ConvertElements(from, Bytes(source), to, std::as_writable_bytes(std::span(stored))),
            source.size());
  return stored;
}

TEST(ElementsTest, EveryHalfIsExact) {
  for (uint32_t bits = 0; bits < 0x10000; ++bits) {
    const int exponent = static_cast<int>(bits >> 10 & 0x1f);
    const int fraction = static_cast<int>(bits & 0x3ff);
    const float value = HalfToFloat(static_cast<uint16_t>(bits));
    ASSERT_EQ(std::signbit(value), (bits & 0x8000) != 0) << bits;
    if (exponent == 31) {
      ASSERT_TRUE(fraction == 0 ? std::isinf(value) : std::isnan(value)) << bits;
      continue;
    }
    const double expected =
        exponent == 0 ? std::ldexp(fraction, -24) : std::ldexp(1024 + fraction, exponent - 25);
    ASSERT_EQ(std::fabs(double{value}), expected) << bits;
  }
}

TEST(ElementsTest, Bf16IsKeptOrWidenedExactly) {
  std::vector<uint16_t> finite;
  for (uint32_t bits = 0; bits < 0x10000; ++bits) {
    if ((bits & 0x7f80) != 0x7f80) finite.push_back(static_cast<uint16_t>(bits));
  }
  EXPECT_EQ(Convert<uint16_t>(SourceDType::kBf16, finite, format::DType::kBf16), finite);
  const auto wide = Convert<uint32_t>(SourceDType::kBf16, finite, format::DType::kF32);
  for (size_t i = 0; i < finite.size(); ++i) ASSERT_EQ(wide[i], uint32_t{finite[i]} << 16);
}

TEST(ElementsTest, F32RoundsToNearestEven) {
  const std::vector<uint32_t> source = {0x3f808000, 0x3f818000, 0x3f807fff,
                                        0x3f808001, 0x80000000, 0x00000001};
  const std::vector<uint16_t> expected = {0x3f80, 0x3f82, 0x3f80, 0x3f81, 0x8000, 0x0000};
  EXPECT_EQ(Convert<uint16_t>(SourceDType::kF32, source, format::DType::kBf16), expected);
  EXPECT_EQ(Convert<uint32_t>(SourceDType::kF32, source, format::DType::kF32), source);
}

TEST(ElementsTest, FindsTheFirstElementThatIsNotFinite) {
  std::vector<float> floats(1000, 1.5F);
  std::vector<float> stored(1000);
  const auto first_bad = [&](format::DType to) {
    return ConvertElements(SourceDType::kF32, Bytes(floats), to,
                           std::as_writable_bytes(std::span(stored)));
  };
  floats[700] = std::numeric_limits<float>::infinity();
  EXPECT_EQ(first_bad(format::DType::kF32), 700U);
  floats[123] = std::bit_cast<float>(0x7f800001U);  // signalling, all in bits that bf16 drops
  EXPECT_EQ(first_bad(format::DType::kF32), 123U);
  EXPECT_EQ(first_bad(format::DType::kBf16), 123U);
  floats[5] = std::numeric_limits<float>::max();  // rounds to infinity
  EXPECT_EQ(first_bad(format::DType::kF32), 123U);
  EXPECT_EQ(first_bad(format::DType::kBf16), 5U);
  const std::vector<uint16_t> halves = {0, 0x3c00, 0xfc00};
  EXPECT_EQ(ConvertElements(SourceDType::kF16, Bytes(halves), format::DType::kF32,
                            std::as_writable_bytes(std::span(stored))),
            2U);
  const std::vector<uint16_t> bf16 = {0, 0x7fc0};
  EXPECT_EQ(ConvertElements(SourceDType::kBf16, Bytes(bf16), format::DType::kBf16,
                            std::as_writable_bytes(std::span(stored))),
            1U);
}

}  // namespace
}  // namespace gram::convert
