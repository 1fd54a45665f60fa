// What lies beside the weights, and what beside tokenizer.json: refused, or told.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "engine/format/reader.h"
#include "tests/testing/temp_dir.h"
#include "tests/tools/convert/test_model.h"
#include "tools/convert/convert.h"

namespace gram::convert {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class ExtrasTest : public ::testing::Test {
 protected:
  void SetUp() override { TestModel::Golden().Save(dir_.path()); }

  Status Run(bool ignore_adapter = false) {
    notes_.clear();
    return Convert({.folder = dir_.path(),
                    .output = dir_ / "out.gram",
                    .ignore_adapter = ignore_adapter,
                    .note = [this](const std::string& line) { notes_.push_back(line); }});
  }
  void Put(const std::string& name, std::string_view text) {
    gram::testing::WriteBytes(dir_ / name, text);
  }
  nlohmann::json Read(const std::string& name) {
    return nlohmann::json::parse(gram::testing::ReadBytes(dir_ / name));
  }

  const gram::testing::TempDir dir_;
  std::vector<std::string> notes_;
};

TEST_F(ExtrasTest, NothingBesideIsSilent) {
  EXPECT_TRUE(Run().ok());
  EXPECT_THAT(notes_, IsEmpty());
}

TEST_F(ExtrasTest, AnAdapterIsRefusedUnlessIgnored) {
  for (const char* name : {"adapter_config.json", "adapter_model.safetensors", "adapter_model.bin",
                           "pytorch_lora_weights.safetensors"}) {
    Put(name, "{}");
    const Status status = Run();
    EXPECT_EQ(status.code(), StatusCode::kUnsupported) << name;
    EXPECT_THAT(status.message(), AllOf(HasSubstr(dir_ / name), HasSubstr("merge_and_unload"),
                                        HasSubstr("--ignore-adapter")));
    const Status ignored = Run(true);
    EXPECT_TRUE(ignored.ok()) << ignored.message();
    const auto file = format::PackedFile::Open(dir_ / "out.gram");
    EXPECT_THAT(file->provenance(), HasSubstr(std::string(R"("ignored":[")") + name + R"("])"));
    std::filesystem::remove(dir_ / name);
  }
}

TEST_F(ExtrasTest, WeightsThatNobodyReadsAreTold) {
  Put("pytorch_model.bin", "x");
  Put("value_head.safetensors", "x");
  Put("optimizer.pt", "x");
  EXPECT_TRUE(Run().ok());
  ASSERT_EQ(notes_.size(), 2U);
  EXPECT_THAT(notes_[0], AllOf(HasSubstr("pytorch_model.bin: not read"), HasSubstr(dir_.path())));
  EXPECT_THAT(notes_[1], HasSubstr("value_head.safetensors: not read"));
}

TEST_F(ExtrasTest, UnknownSettingsAreTold) {
  nlohmann::json config = Read("config.json");
  config["logit_soap"] = 2;
  config["unknown_but_null"] = nullptr;
  Put("config.json", config.dump());
  EXPECT_TRUE(Run().ok());
  ASSERT_EQ(notes_.size(), 1U);
  EXPECT_THAT(notes_[0], HasSubstr("config.json: logit_soap: not a setting of qwen3"));
}

TEST_F(ExtrasTest, SettingsThatChangeTheComputationAreRefused) {
  const std::pair<const char*, nlohmann::json> settings[] = {
      {"auto_map", {{"AutoModelForCausalLM", "modeling.Mine"}}},
      {"partial_rotary_factor", 0.5},
      {"compression_config", {{"format", "int"}}},
      {"mlp_bias", true},
      {"pruned_heads", {{"0", {1}}}}};
  const nlohmann::json before = Read("config.json");
  for (const auto& [name, value] : settings) {
    nlohmann::json config = before;
    config[name] = value;
    Put("config.json", config.dump());
    const Status status = Run();
    EXPECT_EQ(status.code(), StatusCode::kUnsupported) << name;
    EXPECT_THAT(status.message(), HasSubstr(std::string("config.json: ") + name));
  }
}

TEST_F(ExtrasTest, TokensThatTokenizerJsonLacksAreRefused) {
  const nlohmann::json before = Read("tokenizer_config.json");
  const auto refused = [&](nlohmann::json config, const std::string& says) {
    Put("tokenizer_config.json", config.dump());
    const Status status = Run();
    EXPECT_EQ(status.code(), StatusCode::kUnsupported) << says;
    EXPECT_THAT(status.message(), AllOf(HasSubstr("tokenizer_config.json"), HasSubstr(says)));
  };
  nlohmann::json config = before;
  config["added_tokens_decoder"]["1029"] = {{"content", "<new>"}, {"special", true}};
  refused(config, "token '<new>' has the id 1029, but tokenizer.json does not have it");
  config = before;
  config["added_tokens_decoder"]["1024"]["content"] = "<|im_end|>";
  refused(config, "token '<|im_end|>' has the id 1024, but in tokenizer.json it has 1026");
  config = before;
  config["added_tokens_decoder"]["1024"]["lstrip"] = true;
  refused(config, "has lstrip");
  config = before;
  config["eos_token"] = {{"content", "</s>"}};
  refused(config, "eos_token: the token '</s>' is not in tokenizer.json");
  config = before;
  config["additional_special_tokens"] = {"<|im_end|>", "<tool>"};
  refused(config, "'<tool>'");
  for (const char* flag : {"add_prefix_space", "add_eos_token", "split_special_tokens"}) {
    config = before;
    config[flag] = true;
    refused(config, std::string(flag) + " is true");
  }
  config = before;
  config["add_bos_token"] = true;
  refused(config, "add_bos_token is true, but tokenizer.json puts no token before a text");
  config["bos_token"] = "<|im_start|>";
  refused(config, "add_bos_token is true, but tokenizer.json puts no token before a text");
  config = before;
  config["auto_map"] = {{"AutoTokenizer", {"tokenization_mine.Mine", nullptr}}};
  refused(config, "auto_map: the tokenizer is code of the checkpoint's own");
  Put("tokenizer_config.json", before.dump());
  Put("added_tokens.json", R"({"<think>": 1027, "<extra>": 1029})");
  EXPECT_THAT(Run().message(), AllOf(HasSubstr("added_tokens.json"), HasSubstr("'<extra>'")));
  Put("added_tokens.json", R"({"<think>": 1027})");
  EXPECT_TRUE(Run().ok());
}

// transformers puts the token in front that the two files agree on.
TEST_F(ExtrasTest, BosOfBothFilesHasToAgree) {
  nlohmann::json tokenizer = Read("tokenizer.json");
  tokenizer["post_processor"] = {
      {"type", "TemplateProcessing"},
      {"single", {{{"SpecialToken", {{"id", "<|endoftext|>"}}}}, {{"Sequence", {{"id", "A"}}}}}},
      {"pair", nlohmann::json::array()},
      {"special_tokens", {{"<|endoftext|>", {{"ids", {1024}}}}}}};
  Put("tokenizer.json", tokenizer.dump());
  nlohmann::json config = Read("tokenizer_config.json");
  EXPECT_THAT(Run().message(), HasSubstr("add_bos_token is false, but tokenizer.json puts the "
                                         "token 1024 before a text"));
  config["add_bos_token"] = true;
  config["bos_token"] = "<|im_end|>";
  Put("tokenizer_config.json", config.dump());
  EXPECT_THAT(Run().message(), HasSubstr("add_bos_token is true, but"));
  config["bos_token"] = {{"content", "<|endoftext|>"}};
  config["auto_map"] = {{"AutoTokenizer",
                         {"tokenization_internlm2.InternLM2Tokenizer",
                          "tokenization_internlm2_fast.InternLM2TokenizerFast"}}};
  Put("tokenizer_config.json", config.dump());
  EXPECT_TRUE(Run().ok()) << Run().message();
  config.erase("add_bos_token");
  Put("tokenizer_config.json", config.dump());
  EXPECT_TRUE(Run().ok()) << Run().message();
}

TEST_F(ExtrasTest, PointersInPlaceOfFilesAreNamed) {
  for (const char* name : {"config.json", "tokenizer.json", "model.safetensors"}) {
    TestModel::Golden().Save(dir_.path());
    Put(name, "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 3\n");
    EXPECT_THAT(Run().message(), AllOf(HasSubstr(dir_ / name), HasSubstr("git lfs pull"))) << name;
  }
}

}  // namespace
}  // namespace gram::convert
