// Every checkpoint that must be refused: one line that names file and tensor, and no output.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>
#include <filesystem>
#include <functional>
#include <limits>

#include "tests/testing/temp_dir.h"
#include "tests/tools/convert/test_model.h"
#include "tools/convert/convert.h"

namespace gram::convert {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

class RefusalsTest : public ::testing::Test {
 protected:
  // Converts model_ as it is now.
  Status Try(std::optional<DType> dtype = {}) {
    model_.Save(dir_.path());
    return TryFolder(dtype);
  }

  Status TryFolder(std::optional<DType> dtype = {}) {
    const auto before = dir_.Names().size();
    Status status = Convert({.folder = dir_.path(), .output = dir_ / "out.gram", .dtype = dtype});
    EXPECT_FALSE(status.ok());
    EXPECT_EQ(dir_.Names().size(), before) << "something was left behind";
    EXPECT_THAT(status.message(), AllOf(HasSubstr(dir_.path()), Not(HasSubstr("\n"))));
    return status;
  }

  void ExpectRefused(StatusCode code, const std::string& file, const std::string& says,
                     std::optional<DType> dtype = {}) {
    const Status status = Try(dtype);
    EXPECT_EQ(status.code(), code) << status.message();
    EXPECT_THAT(status.message(), AllOf(HasSubstr(dir_ / file), HasSubstr(says)));
  }

  const gram::testing::TempDir dir_;
  TestModel model_ = TestModel::Golden();
  const std::string weights_ = "model.safetensors";
  const std::string up_ = "model.layers.1.mlp.up_proj.weight";
};

TEST_F(RefusalsTest, MissingTensor) {
  model_.tensors.erase(up_);
  ExpectRefused(StatusCode::kNotFound, weights_, "tensor " + up_ + " is missing");
}

TEST_F(RefusalsTest, MissingTensorInShards) {
  model_.tensors.erase(up_);
  model_.SaveSharded(dir_.path(), 3);
  EXPECT_THAT(TryFolder().message(), AllOf(HasSubstr(dir_ / "model.safetensors.index.json"),
                                           HasSubstr("tensor " + up_ + " is missing")));
}

TEST_F(RefusalsTest, ExtraTensor) {
  for (const char* name :
       {"model.layers.1.self_attn.q_proj.bias", "model.layers.3.mlp.up_proj.weight", "score.weight",
        "layers.0.mlp.up_proj.weight"}) {
    model_ = TestModel::Golden();
    model_.tensors[name] = {"BF16", {2}, "1234"};
    ExpectRefused(StatusCode::kCorrupt, weights_, std::string("tensor ") + name + ": unexpected");
  }
}

TEST_F(RefusalsTest, MisshapenTensor) {
  model_.tensors[up_].shape = {64, 160};  // transposed: as many bytes
  ExpectRefused(StatusCode::kCorrupt, weights_,
                "tensor " + up_ + ": shape [64, 160], but config.json asks for [160, 64]");
  model_ = TestModel::Golden();
  model_.tensors["model.norm.weight"].shape = {1, 64};
  ExpectRefused(StatusCode::kCorrupt, weights_, "tensor model.norm.weight: shape [1, 64]");
}

TEST_F(RefusalsTest, NotFiniteInEveryDType) {
  const struct {
    const char* dtype;
    uint32_t bits;
  } cases[] = {{"BF16", 0x7fc0},    {"BF16", 0xff80},    {"F16", 0x7c00},    {"F16", 0x7e00},
               {"F32", 0x7fc00000}, {"F32", 0xff800000}, {"F32", 0x7f800001}};
  for (const auto& c : cases) {
    for (const std::string& name :
         {up_, std::string("model.norm.weight"), std::string("model.embed_tokens.weight"),
          std::string("model.layers.0.self_attn.v_proj.weight")}) {
      model_ = TestModel::Golden();
      if (c.dtype != std::string("BF16")) model_.ConvertTo(c.dtype);
      const size_t bytes = c.dtype == std::string("F32") ? 4 : 2;
      const size_t element = model_.tensors[name].bytes.size() / bytes - 1;
      std::memcpy(model_.tensors[name].bytes.data() + element * bytes, &c.bits, bytes);
      ExpectRefused(
          StatusCode::kCorrupt, weights_,
          "tensor " + name + ": element " + std::to_string(element) + " is NaN or infinite");
    }
  }
}

TEST_F(RefusalsTest, TooLargeForBf16) {
  model_.ConvertTo("F32");
  model_.tensors[up_].Set(7, std::numeric_limits<float>::max());
  ExpectRefused(StatusCode::kCorrupt, weights_, "tensor " + up_ + ": element 7 is too large",
                DType::kBf16);
}

TEST_F(RefusalsTest, TruncatedAndOverlappingData) {
  model_.Save(dir_.path());
  const std::string bytes = gram::testing::ReadBytes(dir_ / weights_);
  gram::testing::WriteBytes(dir_ / weights_, bytes.substr(0, bytes.size() - 10));
  EXPECT_THAT(TryFolder().message(),
              AllOf(HasSubstr(dir_ / weights_), HasSubstr("tensor model.norm.weight"),
                    HasSubstr("truncated")));
  const std::string overlapping = SafetensorsBytes(model_.tensors, [this](nlohmann::json& header) {
    header[up_]["data_offsets"] = header["model.layers.1.mlp.gate_proj.weight"]["data_offsets"];
  });
  gram::testing::WriteBytes(dir_ / weights_, overlapping);
  EXPECT_THAT(TryFolder().message(), AllOf(HasSubstr(dir_ / weights_), HasSubstr("overlaps")));
}

TEST_F(RefusalsTest, AHeadThatDiffersFromTheTiedEmbedding) {
  model_.tensors["lm_head.weight"] = model_.tensors["model.embed_tokens.weight"];
  model_.tensors["lm_head.weight"].bytes.back() ^= 1;
  ExpectRefused(StatusCode::kCorrupt, weights_, "tensor lm_head.weight: differs from");
}

TEST_F(RefusalsTest, AnUntiedModelWithoutAHead) {
  model_.config["tie_word_embeddings"] = false;
  ExpectRefused(StatusCode::kNotFound, weights_, "tensor lm_head.weight is missing");
}

TEST_F(RefusalsTest, UnknownArchitecture) {
  model_.config["architectures"] = {"MistralForCausalLM"};
  ExpectRefused(StatusCode::kUnsupported, "config.json", "MistralForCausalLM");
}

TEST_F(RefusalsTest, AVocabularyTooSmallForTheTokenizer) {
  model_.config["vocab_size"] = 1000;
  TestTensor& embed = model_.tensors["model.embed_tokens.weight"];
  embed.shape[0] = 1000;
  embed.bytes.resize(1000 * 64 * 2);
  ExpectRefused(StatusCode::kCorrupt, "tokenizer.json", "more than config.json's vocab_size 1000");
}

TEST_F(RefusalsTest, AVerdictThatIsNotOneToken) {
  model_.Save(dir_.path());
  auto tokenizer = nlohmann::json::parse(gram::testing::ReadBytes(dir_ / "tokenizer.json"));
  nlohmann::json& vocab = tokenizer["model"]["vocab"];
  const nlohmann::json id = vocab["B"];
  vocab.erase("B");
  vocab["unlikely"] = id;
  gram::testing::WriteBytes(dir_ / "tokenizer.json", tokenizer.dump());
  EXPECT_THAT(TryFolder().message(), HasSubstr(dir_ / "tokenizer.json"));
}

TEST_F(RefusalsTest, AnUnknownChatTemplate) {
  model_.Save(dir_.path());
  gram::testing::WriteBytes(dir_ / "tokenizer_config.json", R"({"chat_template": "unheard of"})");
  const Status status = TryFolder();
  EXPECT_EQ(status.code(), StatusCode::kUnsupported);
  EXPECT_THAT(status.message(), HasSubstr(dir_ / "tokenizer_config.json"));
}

TEST_F(RefusalsTest, MissingFiles) {
  for (const char* name : {"config.json", "model.safetensors", "tokenizer.json"}) {
    model_.Save(dir_.path());
    std::filesystem::remove(dir_ / name);
    const Status status = TryFolder();
    EXPECT_EQ(status.code(), StatusCode::kNotFound) << status.message();
    EXPECT_THAT(status.message(), HasSubstr(name));
  }
}

TEST_F(RefusalsTest, AnOutputThatIsAnInput) {
  model_.Save(dir_.path());
  for (const char* name : {"config.json", "model.safetensors", "tokenizer.json"}) {
    const std::string before = gram::testing::ReadBytes(dir_ / name);
    const Status status = Convert({.folder = dir_.path(), .output = dir_.path() + "/./" + name});
    EXPECT_EQ(status.code(), StatusCode::kInvalidArgument);
    EXPECT_EQ(gram::testing::ReadBytes(dir_ / name), before);
  }
}

TEST_F(RefusalsTest, AnOutputThatIsAnInputOfSomeCheckpoints) {
  model_.Save(dir_.path());
  for (const char* name : {"tokenizer.model", "special_tokens_map.json", "added_tokens.json"}) {
    gram::testing::WriteBytes(dir_ / name, "{}");
    const Status status = Convert({.folder = dir_.path(), .output = dir_ / name});
    EXPECT_EQ(status.code(), StatusCode::kInvalidArgument) << name;
    EXPECT_EQ(gram::testing::ReadBytes(dir_ / name), "{}");
  }
}

TEST_F(RefusalsTest, AFailedConversionKeepsTheOldOutput) {
  gram::testing::WriteBytes(dir_ / "out.gram", "the old model");
  model_.tensors["model.norm.weight"].bytes[1] = '\x7f';
  model_.tensors["model.norm.weight"].bytes[0] = '\xc0';
  model_.Save(dir_.path());
  EXPECT_FALSE(Convert({.folder = dir_.path(), .output = dir_ / "out.gram"}).ok());
  EXPECT_EQ(gram::testing::ReadBytes(dir_ / "out.gram"), "the old model");
}

}  // namespace
}  // namespace gram::convert
