#include "tools/convert/safetensors.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <random>
#include <vector>

#include "engine/base/bf16.h"
#include "tests/testing/temp_dir.h"
#include "tests/tools/convert/test_model.h"

namespace gram::convert {
namespace {

using nlohmann::json;
using ::testing::AllOf;
using ::testing::HasSubstr;

TestTensors Sample() {
  return {{"a", {"BF16", {2, 3}, std::string(12, 'a')}},
          {"b", {"F32", {4}, std::string(16, 'b')}},
          {"c", {"F16", {1, 2}, std::string(4, 'c')}}};
}

class SafetensorsTest : public ::testing::Test {
 protected:
  Result<SafetensorsFile> Open(const std::string& bytes) {
    gram::testing::WriteBytes(path_, bytes);
    return SafetensorsFile::Open(path_);
  }

  void ExpectRefused(const std::string& bytes, const std::string& says,
                     StatusCode code = StatusCode::kCorrupt) {
    const auto file = Open(bytes);
    ASSERT_FALSE(file.ok()) << says;
    EXPECT_EQ(file.status().code(), code) << file.status().message();
    EXPECT_THAT(file.status().message(), AllOf(HasSubstr(path_), HasSubstr(says)));
  }

  const gram::testing::TempDir dir_;
  const std::string path_ = dir_ / "model.safetensors";
};

TEST_F(SafetensorsTest, ReadsTensors) {
  const auto file = Open(SafetensorsBytes(Sample()));
  ASSERT_TRUE(file.ok()) << file.status().message();
  ASSERT_EQ(file->tensors().size(), 3U);
  const SourceTensor& b = file->tensors()[1];
  EXPECT_EQ(b.name, "b");
  EXPECT_EQ(b.dtype, DType::kF32);
  EXPECT_EQ(b.size(), 4U);
  std::string out(6, '\0');
  EXPECT_TRUE(file->Read(b, 10, std::as_writable_bytes(std::span(out))).ok());
  EXPECT_EQ(out, "bbbbbb");
  EXPECT_EQ(file->Read(b, 11, std::as_writable_bytes(std::span(out))).code(),
            StatusCode::kInternal);
}

TEST_F(SafetensorsTest, AcceptsAHeaderPaddedWithSpaces) {
  EXPECT_TRUE(Open(SafetensorsBytes("{}      ", "")).ok());
}

TEST_F(SafetensorsTest, TruncationAnywhereIsRefused) {
  const std::string bytes = SafetensorsBytes(Sample());
  for (size_t size = 0; size < bytes.size(); ++size) {
    const auto file = Open(bytes.substr(0, size));
    ASSERT_EQ(file.status().code(), StatusCode::kCorrupt) << size;
    ASSERT_THAT(file.status().message(), HasSubstr(path_));
  }
  ExpectRefused(bytes.substr(0, bytes.size() - 1), "tensor c: its data ends");
}

TEST_F(SafetensorsTest, AbsurdHeaderLengthsAreRefused) {
  for (const uint64_t length : {uint64_t{100'000'001}, uint64_t{1} << 62, UINT64_MAX}) {
    std::string bytes = SafetensorsBytes(Sample());
    std::memcpy(bytes.data(), &length, sizeof(length));
    ExpectRefused(bytes, "header of " + std::to_string(length));
  }
}

TEST_F(SafetensorsTest, HeadersThatAreNoObjectAreRefused) {
  for (const char* header : {"", "[1]", "{\"a\":", "nonsense", "\xff"}) {
    ExpectRefused(SafetensorsBytes(header, ""), "header");
  }
  ExpectRefused(SafetensorsBytes(R"({"a":3})", ""), "tensor a");
}

TEST_F(SafetensorsTest, ContradictionsNameTheTensor) {
  struct Case {
    const char* says;
    std::function<void(json&)> edit;
  };
  const Case cases[] = {
      {"tensor b: shape [5] of F32", [](json& h) { h["b"]["shape"] = {5}; }},
      {"tensor b: shape", [](json& h) { h["b"]["shape"] = {-4}; }},
      {"tensor b: shape",
       [](json& h) {
         h["b"]["shape"] = {1U << 31, 1U << 31, 1U << 31};
       }},
      {"tensor b: shape", [](json& h) { h["b"].erase("shape"); }},
      {"tensor b: dtype", [](json& h) { h["b"].erase("dtype"); }},
      {"tensor b: data_offsets",
       [](json& h) {
         h["b"]["data_offsets"] = {28, 12};
       }},
      {"tensor b: data_offsets", [](json& h) { h["b"]["data_offsets"] = {12}; }},
      {"tensor b: data_offsets", [](json& h) { h["b"]["data_offsets"] = "12"; }},
      {"tensor b: its data overlaps",
       [](json& h) {
         h["b"]["data_offsets"] = {8, 24};
       }},
      {"tensor c: its data ends at byte 36",
       [](json& h) {
         h["c"]["data_offsets"] = {32, 36};
       }},
      {"tensor c: there is a hole", [](json& h) { h.erase("b"); }},
      {"4 bytes after the last tensor", [](json& h) { h.erase("c"); }},
  };
  for (const Case& c : cases) ExpectRefused(SafetensorsBytes(Sample(), c.edit), c.says);
}

TEST_F(SafetensorsTest, OtherDTypesAreUnsupportedByName) {
  for (const char* dtype : {"I64", "F8_E4M3", "bf16"}) {
    ExpectRefused(SafetensorsBytes(Sample(), [=](json& h) { h["b"]["dtype"] = dtype; }),
                  std::string("tensor b: dtype ") + dtype, StatusCode::kUnsupported);
  }
}

TEST_F(SafetensorsTest, RepeatedNamesAreRefused) {
  const char* header = R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},)"
                       R"("a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}})";
  ExpectRefused(SafetensorsBytes(header, "12345678"), "'a' occurs twice");
}

TEST_F(SafetensorsTest, NamesThatWouldBreakAMessageAreRefused) {
  TestTensors tensors = Sample();
  tensors["two\nlines"] = tensors["a"];
  ExpectRefused(SafetensorsBytes(tensors), "tensor name 'two?lines'");
  tensors = Sample();
  tensors[std::string(1000, 'x')] = tensors["a"];
  ExpectRefused(SafetensorsBytes(tensors), "xxx...' is too long");
}

TEST_F(SafetensorsTest, RandomDamageToTheHeaderNeverCrashes) {
  const std::string good = SafetensorsBytes(Sample());
  const size_t header_end = good.size() - 32;
  std::mt19937 random(1);
  size_t refused = 0;
  for (int i = 0; i < 3000; ++i) {
    std::string bytes = good;
    for (uint32_t n = 0; n < 1 + random() % 4; ++n) {
      bytes[random() % header_end] = static_cast<char>(random());
    }
    const auto file = Open(bytes);
    if (file.ok()) {
      for (const SourceTensor& tensor : file->tensors()) {
        std::vector<std::byte> out(tensor.bytes);
        EXPECT_TRUE(file->Read(tensor, 0, out).ok());
      }
    } else {
      ++refused;
      EXPECT_THAT(file.status().message(), HasSubstr(path_));
    }
  }
  EXPECT_GT(refused, 2000U);
}

template <typename T>
std::span<const std::byte> Bytes(const std::vector<T>& values) {
  return std::as_bytes(std::span(values));
}

template <typename Stored, typename Source>
std::vector<Stored> Convert(DType from, const std::vector<Source>& source, DType to) {
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
  EXPECT_EQ(Convert<uint16_t>(DType::kBf16, finite, DType::kBf16), finite);
  const auto wide = Convert<uint32_t>(DType::kBf16, finite, DType::kF32);
  for (size_t i = 0; i < finite.size(); ++i) ASSERT_EQ(wide[i], uint32_t{finite[i]} << 16);
}

TEST(ElementsTest, F32RoundsToNearestEven) {
  const std::vector<uint32_t> source = {0x3f808000, 0x3f818000, 0x3f807fff,
                                        0x3f808001, 0x80000000, 0x00000001};
  const std::vector<uint16_t> expected = {0x3f80, 0x3f82, 0x3f80, 0x3f81, 0x8000, 0x0000};
  EXPECT_EQ(Convert<uint16_t>(DType::kF32, source, DType::kBf16), expected);
  EXPECT_EQ(Convert<uint32_t>(DType::kF32, source, DType::kF32), source);
}

TEST(ElementsTest, FindsTheFirstElementThatIsNotFinite) {
  std::vector<float> floats(1000, 1.5F);
  std::vector<float> stored(1000);
  const auto first_bad = [&](DType to) {
    return ConvertElements(DType::kF32, Bytes(floats), to,
                           std::as_writable_bytes(std::span(stored)));
  };
  floats[700] = std::numeric_limits<float>::infinity();
  EXPECT_EQ(first_bad(DType::kF32), 700U);
  floats[123] = std::bit_cast<float>(0x7f800001U);  // signalling, all in bits that bf16 drops
  EXPECT_EQ(first_bad(DType::kF32), 123U);
  EXPECT_EQ(first_bad(DType::kBf16), 123U);
  floats[5] = std::numeric_limits<float>::max();  // rounds to infinity
  EXPECT_EQ(first_bad(DType::kF32), 123U);
  EXPECT_EQ(first_bad(DType::kBf16), 5U);
  const std::vector<uint16_t> halves = {0, 0x3c00, 0xfc00};
  EXPECT_EQ(ConvertElements(DType::kF16, Bytes(halves), DType::kF32,
                            std::as_writable_bytes(std::span(stored))),
            2U);
  const std::vector<uint16_t> bf16 = {0, 0x7fc0};
  EXPECT_EQ(ConvertElements(DType::kBf16, Bytes(bf16), DType::kBf16,
                            std::as_writable_bytes(std::span(stored))),
            1U);
}

}  // namespace
}  // namespace gram::convert
