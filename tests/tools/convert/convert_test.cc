#include "tools/convert/convert.h"
#include "tools/convert/tensor_parts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <bit>
#include <cstring>
#include <vector>

#include "engine/base/bf16.h"
#include "engine/format/layout.h"
#include "engine/format/reader.h"
#include "tests/testing/paths.h"
#include "tests/testing/temp_dir.h"
#include "tests/tools/convert/test_model.h"

namespace gram::convert {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

float StoredAt(const format::TensorEntry& entry, size_t element) {
  if (entry.dtype == DType::kF32) {
    float value;
    std::memcpy(&value, entry.data.data() + element * 4, 4);
    return value;
  }
  Bf16 value;
  std::memcpy(&value, entry.data.data() + element * 2, 2);
  return ToFloat(value);
}

// Element (n, k) of a stored tensor, by the formulas of docs/format.md.
float Element(const format::TensorEntry& entry, size_t n, size_t k) {
  if (entry.layout == format::LayoutTag::kRowMajor) return StoredAt(entry, n * entry.cols + k);
  const size_t p = entry.dtype == DType::kBf16 ? 2 : 1;
  const size_t kp = (entry.cols + 16 * p - 1) / (16 * p) * (16 * p);
  return StoredAt(entry, n / 64 * 64 * kp + k / p * 64 * p + n % 64 * p + k % p);
}

// Every element of the file against the source, the file through the tests' own reader. `expected`
// maps a source value to the stored one.
template <typename Expected>
void ExpectSameWeights(const TestModel& model, const format::PackedFile& file,
                       const Expected& expected) {
  size_t compared = 0;
  const Family& family = *FindFamily(file.config().architecture);
  for (const format::TensorSpec& spec : format::TensorTable(file.model())) {
    const format::TensorEntry& entry = **file.Tensor(spec.name);
    size_t stored = 0;
    for (const TensorPart& part : PartsOf(spec, family, file.model(), {})) {
      const TestTensor& tensor = model.tensors.at(part.name);
      const size_t width = part.shape.size() == 2 ? part.shape[1] : 1;
      for (size_t i = 0; i < part.rows * width; ++i, ++stored) {
        const float source = tensor.At(part.first_row * width + i);
        const float wanted = spec.role == format::TensorRole::kVector ? source : expected(source);
        const float found = Element(entry, stored / spec.cols, stored % spec.cols);
        ASSERT_EQ(std::bit_cast<uint32_t>(found), std::bit_cast<uint32_t>(wanted))
            << spec.name << " element " << stored;
      }
    }
    ASSERT_EQ(stored, spec.rows * spec.cols) << spec.name;
    compared += stored;
  }
  EXPECT_GT(compared, 100000U);
}

float Same(float value) { return value; }
float Rounded(float value) { return ToFloat(ToBf16(value)); }

// Convert `folder`, insist on success and on sound checksums.
format::PackedFile Converted(const std::string& folder, const std::string& output,
                             std::optional<DType> dtype = {}) {
  const Status status = Convert({.folder = folder, .output = output, .dtype = dtype});
  EXPECT_TRUE(status.ok()) << status.message();
  auto file = format::PackedFile::Open(output);
  EXPECT_TRUE(file.ok()) << file.status().message();
  EXPECT_TRUE(file->VerifyTensors().ok());
  return std::move(*file);
}

TEST(ConvertTest, GoldenModelKeepsEveryElement) {
  const gram::testing::TempDir dir;
  const std::string folder = gram::testing::GoldenPath("tiny-tied");
  const format::PackedFile file = Converted(folder, dir / "m.gram");
  EXPECT_THAT(dir.Names(), ElementsAre("m.gram"));
  EXPECT_EQ(file.weight_dtype(), DType::kBf16);
  EXPECT_EQ(file.config().hidden_size, 64U);
  EXPECT_TRUE(file.config().tie_word_embeddings);
  EXPECT_FALSE(file.tokenizer_bytes().empty());
  EXPECT_EQ(file.chat().prefix, "<|im_start|>user\n");
  EXPECT_EQ(file.chat().suffix, "<|im_end|>\n<|im_start|>assistant\n");
  EXPECT_EQ(file.chat().no_thinking, "<think>\n\n</think>\n\n");
  EXPECT_THAT(file.provenance(), HasSubstr(R"("source":"tiny-tied","source_dtype":"BF16")"));
  ExpectSameWeights(TestModel::Golden(), file, Same);
}

TEST(ConvertTest, StoredSizesAreThoseOfThePackedWeight) {
  const gram::testing::TempDir dir;
  for (const DType dtype : {DType::kBf16, DType::kF32}) {
    const auto file = Converted(gram::testing::GoldenPath("tiny-tied"), dir / "m.gram", dtype);
    const DType type = file.weight_dtype();
    for (const format::TensorEntry& entry : file.tensors()) {
      if (entry.role != format::TensorRole::kMatrix) continue;
      const PackedLayout weight{entry.rows, entry.cols, type};
      EXPECT_EQ(entry.data.size(), weight.bytes()) << entry.name;
    }
  }
}

TEST(ConvertTest, F32IsKeptUnlessAskedToRound) {
  const gram::testing::TempDir dir;
  TestModel model = TestModel::Golden();
  model.ConvertTo("F32");
  for (auto& [name, tensor] : model.tensors) {  // values that bf16 cannot hold, ties among them
    for (size_t i = 0; i < tensor.bytes.size() / 4; i += 3) {
      const auto bits = std::bit_cast<uint32_t>(tensor.At(i));
      tensor.Set(i, std::bit_cast<float>(bits | (i % 2 == 0 ? 0x8000U : 0x1234U)));
    }
  }
  model.Save(dir.path());
  const auto lossless = Converted(dir.path(), dir / "f32.gram");
  EXPECT_EQ(lossless.weight_dtype(), DType::kF32);
  ExpectSameWeights(model, lossless, Same);
  const auto rounded = Converted(dir.path(), dir / "bf16.gram", DType::kBf16);
  EXPECT_EQ(rounded.weight_dtype(), DType::kBf16);
  ExpectSameWeights(model, rounded, Rounded);
}

TEST(ConvertTest, F16BecomesF32Exactly) {
  const gram::testing::TempDir dir;
  TestModel model = TestModel::Golden();
  model.ConvertTo("F16");
  TestTensor& embed = model.tensors.at("model.embed_tokens.weight");
  for (uint16_t bits = 1; bits < 1024; ++bits) {  // subnormals
    std::memcpy(embed.bytes.data() + 2 * bits, &bits, 2);
  }
  model.Save(dir.path());
  const auto file = Converted(dir.path(), dir / "m.gram");
  EXPECT_EQ(file.weight_dtype(), DType::kF32);
  ExpectSameWeights(model, file, Same);
}

TEST(ConvertTest, OneWeightThatIsNotBf16MakesAllF32ButNormsDoNotCount) {
  const gram::testing::TempDir dir;
  TestModel model = TestModel::Golden();
  TestModel wide = model;
  wide.ConvertTo("F32");
  model.tensors["model.norm.weight"] = wide.tensors["model.norm.weight"];
  model.Save(dir.path());
  EXPECT_EQ(Converted(dir.path(), dir / "a.gram").weight_dtype(), DType::kBf16);
  const char* one = "model.layers.1.mlp.up_proj.weight";
  model.tensors[one] = wide.tensors[one];
  model.Save(dir.path());
  const auto file = Converted(dir.path(), dir / "b.gram");
  EXPECT_EQ(file.weight_dtype(), DType::kF32);
  EXPECT_THAT(file.provenance(), HasSubstr("BF16+F32"));
  ExpectSameWeights(model, file, Same);
}

TEST(ConvertTest, ShardsGiveTheSameFileAsOne) {
  const gram::testing::TempDir one;
  const gram::testing::TempDir many;
  const TestModel model = TestModel::Golden();
  model.Save(one.path());
  model.SaveSharded(many.path(), 5);
  const auto a = Converted(one.path(), one / "m.gram");
  const auto b = Converted(many.path(), many / "m.gram");
  ASSERT_EQ(a.tensors().size(), b.tensors().size());
  for (size_t i = 0; i < a.tensors().size(); ++i) {
    EXPECT_EQ(a.tensors()[i].checksum, b.tensors()[i].checksum);
  }
}

TEST(ConvertTest, UntiedShardedCheckpointInTheWild) {
  GRAM_REQUIRE_SHARED("models/tiny-untied-sharded");
  const gram::testing::TempDir dir;
  const std::string folder = gram::testing::SharedPath("models/tiny-untied-sharded");
  const auto file = Converted(folder, dir / "m.gram");
  EXPECT_FALSE(file.config().tie_word_embeddings);
  ExpectSameWeights(TestModel::Load(folder), file, Same);
}

TEST(ConvertTest, F32CheckpointInTheWild) {
  GRAM_REQUIRE_SHARED("models/tiny-f32");
  const gram::testing::TempDir dir;
  const std::string folder = gram::testing::SharedPath("models/tiny-f32");
  ExpectSameWeights(TestModel::Load(folder), Converted(folder, dir / "m.gram"), Same);
}

TEST(ConvertTest, BareModelNamesAreAccepted) {
  const gram::testing::TempDir dir;
  const TestModel model = TestModel::Golden();
  TestModel bare = model;
  bare.tensors.clear();
  for (const auto& [name, tensor] : model.tensors) bare.tensors[name.substr(6)] = tensor;
  bare.Save(dir.path());
  ExpectSameWeights(model, Converted(dir.path(), dir / "m.gram"), Same);
}

TEST(ConvertTest, KeysAndValuesMayShareABlock) {
  const gram::testing::TempDir dir;
  TestModel model = TestModel::Golden();
  model.config["num_key_value_heads"] = 1;  // 32 rows each: one block of 64
  for (auto& [name, tensor] : model.tensors) {
    if (name.find("k_proj") == std::string::npos && name.find("v_proj") == std::string::npos)
      continue;
    tensor.shape[0] = 32;
    tensor.bytes.resize(32 * 64 * 2);
  }
  model.Save(dir.path());
  ExpectSameWeights(model, Converted(dir.path(), dir / "m.gram"), Same);
}

TEST(ConvertTest, ARepeatedEmbeddingIsAcceptedInATiedModel) {
  const gram::testing::TempDir dir;
  TestModel model = TestModel::Golden();
  model.tensors["lm_head.weight"] = model.tensors["model.embed_tokens.weight"];
  model.Save(dir.path());
  EXPECT_EQ(Converted(dir.path(), dir / "m.gram").tensors().back().name, "final_norm");
}

TEST(ConvertTest, ReportsProgressToTheEnd) {
  const gram::testing::TempDir dir;
  std::vector<PackProgress> reports;
  ConvertOptions options{.folder = gram::testing::GoldenPath("tiny-tied"),
                         .output = dir / "m.gram"};
  options.progress = [&reports](const PackProgress& progress) {
    reports.push_back(progress);
    reports.back().next = {};  // valid during the call only
  };
  ASSERT_TRUE(Convert(options).ok());
  ASSERT_EQ(reports.size(), 33U);  // 32 tensors and the end
  EXPECT_EQ(reports.back().tensor, reports.back().tensors);
  EXPECT_EQ(reports.back().bytes, reports.back().total_bytes);
}

}  // namespace
}  // namespace gram::convert
