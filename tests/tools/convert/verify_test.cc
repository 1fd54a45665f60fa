#include "tools/convert/verify.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "tests/testing/paths.h"
#include "tests/testing/temp_dir.h"
#include "tools/convert/convert.h"

namespace gram::convert {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class VerifyTest : public ::testing::Test {
 protected:
  void SetUp() override {
    const Status status =
        Convert({.folder = gram::testing::GoldenPath("tiny-tied"), .output = path_});
    ASSERT_TRUE(status.ok()) << status.message();
  }

  const gram::testing::TempDir dir_;
  const std::string path_ = dir_ / "m.gram";
};

TEST_F(VerifyTest, ASoundFileHasNoProblems) {
  const auto report = Verify(path_);
  ASSERT_TRUE(report.ok());
  EXPECT_EQ(report->tensors, 32U);
  EXPECT_THAT(report->problems, IsEmpty());
}

TEST_F(VerifyTest, NamesEveryBadTensor) {
  std::string bytes = gram::testing::ReadBytes(path_);
  {
    const auto file = format::PackedFile::Open(path_);
    ASSERT_TRUE(file.ok());
    for (const char* name : {"layers.0.attn.kv", "final_norm"}) {
      const uint64_t offset = (*file->Tensor(name))->offset;
      bytes[offset] = static_cast<char>(bytes[offset] ^ 1);
    }
  }
  gram::testing::WriteBytes(path_, bytes);
  const auto report = Verify(path_);
  ASSERT_TRUE(report.ok());
  ASSERT_EQ(report->problems.size(), 2U);
  EXPECT_THAT(report->problems[0], AllOf(HasSubstr(path_), HasSubstr("layers.0.attn.kv")));
  EXPECT_THAT(report->problems[1], AllOf(HasSubstr(path_), HasSubstr("final_norm")));
}

TEST_F(VerifyTest, TextShowsConfigChatAndTensors) {
  const auto text = DescribeText(path_);
  ASSERT_TRUE(text.ok());
  EXPECT_THAT(*text, AllOf(HasSubstr("Qwen3ForCausalLM"), HasSubstr("head_dim                 32"),
                           HasSubstr("rms_norm_eps             1e-06\n"),
                           HasSubstr(R"(<|im_start|>user\n)"), HasSubstr("layers.2.mlp.down"),
                           HasSubstr("packed64"), HasSubstr(" bytes, pipeline qwen, no BOS\n")));
}

TEST_F(VerifyTest, JsonHoldsTheSame) {
  const auto text = DescribeJson(path_);
  ASSERT_TRUE(text.ok());
  const auto json = nlohmann::json::parse(*text);
  EXPECT_EQ(json["config"]["intermediate_size"], 160);
  EXPECT_EQ(json["tensors"].size(), 32U);
  EXPECT_EQ(json["provenance"]["source"], "tiny-tied");
  EXPECT_EQ(json["chat"], nlohmann::json::parse(R"({
      "prefix": "<|im_start|>user\n",
      "suffix": "<|im_end|>\n<|im_start|>assistant\n",
      "no_thinking": "<think>\n\n</think>\n\n",
      "message": "as it is",
      "reward": {"before": "<|im_start|>user\n",
                 "between": "<|im_end|>\n<|im_start|>assistant\n",
                 "after": "<|im_end|>\n",
                 "question": "as it is",
                 "response": "as it is"}})"));
}

TEST_F(VerifyTest, TheDateAndBosAreShown) {
  const std::string path = dir_ / "dated.gram";
  std::filesystem::copy(gram::testing::GoldenPath("tiny-tied"), dir_ / "folder");
  nlohmann::json config =
      nlohmann::json::parse(gram::testing::ReadBytes(dir_ / "folder/tokenizer_config.json"));
  config["bos_token"] = "<|endoftext|>";
  config["chat_template"] =
      "{{ bos_token }}{{ strftime_now('%d %b %Y') }}{% for m in messages %}{{ m.content | trim }}"
      "{% endfor %}";
  gram::testing::WriteBytes(dir_ / "folder/tokenizer_config.json", config.dump());
  const Status status = Convert({.folder = dir_ / "folder", .output = path});
  ASSERT_TRUE(status.ok()) << status.message();
  const auto json = nlohmann::json::parse(*DescribeJson(path));
  EXPECT_EQ(json["chat"]["prefix"], "{date}");
  EXPECT_EQ(json["chat"]["message"], "trimmed");
  EXPECT_EQ(json["chat"]["bos"], "<|endoftext|>");
  EXPECT_EQ(json["chat"]["date"], "26 Jul 2024");
  EXPECT_THAT(*DescribeText(path), AllOf(HasSubstr("chat prefix              \"{date}\"\n"),
                                         HasSubstr("chat date                \"26 Jul 2024\"\n")));
}

TEST_F(VerifyTest, FilesThatDoNotOpenAreErrors) {
  gram::testing::WriteBytes(path_, "nothing of ours");
  EXPECT_EQ(Verify(path_).status().code(), StatusCode::kCorrupt);
  EXPECT_EQ(DescribeText(path_).status().code(), StatusCode::kCorrupt);
  EXPECT_EQ(DescribeJson(dir_ / "absent").status().code(), StatusCode::kNotFound);
}

}  // namespace
}  // namespace gram::convert
