// Where a folder's chat template and special tokens are found.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

#include "tests/testing/paths.h"
#include "tests/tokenizer/testing.h"
#include "tokenizer/chat_template.h"

namespace gram::tokenizer {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

class TemplateFolder : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = ::testing::TempDir() + "/gram_chat_template_" +
              ::testing::UnitTest::GetInstance()->current_test_info()->name();
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  void Write(const std::string& name, const std::string& text) const {
    std::ofstream(folder_ + "/" + name, std::ios::binary) << text;
  }
  void Write(const std::string& name, const json& value) const { Write(name, value.dump()); }
  std::string Prefix() const {
    const auto found = ChatTemplateFromFolder(folder_);
    EXPECT_TRUE(found.ok()) << found.status().message();
    EXPECT_TRUE(found->judge.ok()) << found->judge.message();
    return found->pieces.prefix;
  }
  std::string folder_;
};

json Writing(const std::string& prefix) {
  return {{"chat_template", prefix + "{{ messages[0].content }}"}};
}

TEST_F(TemplateFolder, OfTheTinyModel) {
  const auto found = ChatTemplateFromFolder(gram::testing::GoldenPath("tiny-tied"));
  ASSERT_TRUE(found.ok());
  EXPECT_EQ(found->pieces.prefix, "<|im_start|>user\n");
  EXPECT_EQ(found->pieces.suffix, "<|im_end|>\n<|im_start|>assistant\n");
  EXPECT_EQ(found->pieces.no_thinking, "<think>\n\n</think>\n\n");
}

TEST_F(TemplateFolder, TextInTheConfig) {
  Write("tokenizer_config.json", Writing("a"));
  EXPECT_EQ(Prefix(), "a");
}

TEST_F(TemplateFolder, TheDefaultOfAList) {
  const json list = {{{"name", "tool_use"}, {"template", "other"}},
                     {{"name", "default"}, {"template", "b{{ messages[0].content }}"}}};
  Write("tokenizer_config.json", json{{"chat_template", list}});
  EXPECT_EQ(Prefix(), "b");
}

TEST_F(TemplateFolder, AJinjaFileGoesFirst) {
  Write("tokenizer_config.json", Writing("a"));
  Write("chat_template.jinja", std::string("c{{ messages[0].content }}\n"));
  EXPECT_EQ(Prefix(), "c");
}

TEST_F(TemplateFolder, AJsonFileGoesLast) {
  Write("tokenizer_config.json", json::object());
  Write("chat_template.json", Writing("d"));
  EXPECT_EQ(Prefix(), "d");
  Write("tokenizer_config.json", Writing("a"));
  EXPECT_EQ(Prefix(), "a");
}

TEST_F(TemplateFolder, SpecialTokensAreTextsOrObjects) {
  json config = Writing("{{ bos_token ~ sep_token ~ unk_token ~ pad_token ~ eos_token }}");
  config["bos_token"] = "<s>";
  config["sep_token"] = {{"content", "<sep>"}, {"lstrip", false}};
  config["unk_token"] = nullptr;
  Write("tokenizer_config.json", config);
  Write(
      "special_tokens_map.json",
      json{{"bos_token", "<other>"}, {"pad_token", {{"content", "<pad>"}}}, {"eos_token", "</s>"}});
  EXPECT_EQ(Prefix(), "<sep><pad></s>");
  const auto found = ChatTemplateFromFolder(folder_);
  EXPECT_EQ(found->pieces.bos, "<s>");
  EXPECT_EQ(found->bos_token, "<s>");
}

// transformers writes int(1e30) where a tokenizer has no limit.
TEST_F(TemplateFolder, ALimitBeyond64Bits) {
  const std::string config = Writing("a").dump();
  Write("tokenizer_config.json", config.substr(0, config.size() - 1) +
                                     ",\"model_max_length\":1000000000000000019884624838656}");
  EXPECT_EQ(Prefix(), "a");
}

TEST_F(TemplateFolder, NoneOrUnreadable) {
  const Status none = ChatTemplateFromFolder(folder_).status();
  EXPECT_EQ(none.code(), StatusCode::kNotFound);
  EXPECT_THAT(none.message(), HasSubstr("--template-prefix"));
  Write("tokenizer_config.json", json{{"chat_template", nullptr}});
  EXPECT_EQ(ChatTemplateFromFolder(folder_).status().code(), StatusCode::kNotFound);
  Write("tokenizer_config.json", json{{"chat_template", {{{"name", "rag"}, {"template", "x"}}}}});
  EXPECT_EQ(ChatTemplateFromFolder(folder_).status().code(), StatusCode::kUnsupported);
  Write("tokenizer_config.json", std::string("{"));
  EXPECT_EQ(ChatTemplateFromFolder(folder_).status().code(), StatusCode::kCorrupt);
}

}  // namespace
}  // namespace gram::tokenizer
