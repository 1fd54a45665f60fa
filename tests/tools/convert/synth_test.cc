#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstring>

#include "engine/base/bf16.h"
#include "engine/format/reader.h"
#include "tests/testing/paths.h"
#include "tests/testing/temp_dir.h"
#include "tools/convert/convert.h"

namespace gram::convert {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

// Of the embedding that seed 0 gives: the same on every machine, or a synthetic model of one would
// not be the model of another.
constexpr uint64_t kEmbedChecksum = 826326613427734209U;

format::PackedFile Tiny(const std::string& output, uint64_t seed = 0) {
  const Status status = Synthesize({.preset = "tiny",
                                    .tokenizer_folder = gram::testing::GoldenPath("tiny-tied"),
                                    .output = output,
                                    .seed = seed});
  EXPECT_TRUE(status.ok()) << status.message();
  auto file = format::PackedFile::Open(output);
  EXPECT_TRUE(file.ok()) << file.status().message();
  return std::move(*file);
}

TEST(SynthTest, TinyIsTheSameEverywhere) {
  const gram::testing::TempDir dir;
  const auto file = Tiny(dir / "m.gram");
  EXPECT_TRUE(file.VerifyTensors().ok());
  EXPECT_EQ(file.config().vocab_size, 1088U);  // 1029 ids, rounded up
  EXPECT_EQ(file.chat().suffix, "<|im_end|>\n<|im_start|>assistant\n");
  EXPECT_EQ((*file.Tensor("embed"))->checksum, kEmbedChecksum);
}

TEST(SynthTest, SeedsGiveDifferentWeights) {
  const gram::testing::TempDir dir;
  const auto a = Tiny(dir / "a.gram", 1);
  const auto b = Tiny(dir / "b.gram", 2);
  for (size_t i = 0; i < a.tensors().size(); ++i) {
    EXPECT_NE(a.tensors()[i].checksum, b.tensors()[i].checksum) << a.tensors()[i].name;
  }
  EXPECT_NE((*a.Tensor("layers.0.mlp.gate"))->checksum, (*a.Tensor("layers.1.mlp.gate"))->checksum);
}

TEST(SynthTest, WeightsHaveTheIntendedSpread) {
  const gram::testing::TempDir dir;
  const auto file = Tiny(dir / "m.gram");
  const auto& embed = **file.Tensor("embed");
  const size_t count = embed.rows * embed.cols;
  double sum = 0;
  double squares = 0;
  for (size_t i = 0; i < count; ++i) {
    Bf16 stored;
    std::memcpy(&stored, embed.data.data() + 2 * i, 2);
    sum += ToFloat(stored);
    squares += double{ToFloat(stored)} * ToFloat(stored);
  }
  // Four standard errors of mean and variance of a uniform distribution.
  const double sigma = 1 / std::sqrt(static_cast<double>(embed.cols));
  const double root = std::sqrt(static_cast<double>(count));
  EXPECT_NEAR(sum / static_cast<double>(count), 0, 4 * sigma / root);
  EXPECT_NEAR(squares / static_cast<double>(count), sigma * sigma, 4 * sigma * sigma * 0.9 / root);
  const auto& norm = **file.Tensor("final_norm");
  for (size_t i = 0; i < norm.cols; ++i) {
    float value;
    std::memcpy(&value, norm.data.data() + 4 * i, 4);
    EXPECT_NEAR(value, 1, 0.125);
  }
}

TEST(SynthTest, UnknownPresetsNameTheKnownOnes) {
  const gram::testing::TempDir dir;
  const Status status = Synthesize({.preset = "qwen9-1b",
                                    .tokenizer_folder = gram::testing::GoldenPath("tiny-tied"),
                                    .output = dir / "m.gram"});
  EXPECT_EQ(status.code(), StatusCode::kInvalidArgument);
  EXPECT_THAT(
      status.message(),
      HasSubstr("gram-qwen3-1.7b, gram-qwen3-4b, gram-qwen3-8b, gram-qwen3-14b, gram-llama3.2-3b, "
                "skywork-llama3.1-8b, skywork-gemma2-27b, internlm2-20b, nemotron-70b, tiny"));
  EXPECT_THAT(dir.Names(), IsEmpty());
}

}  // namespace
}  // namespace gram::convert
