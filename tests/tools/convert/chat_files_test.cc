// The chat pieces of a packed file: the folder's template, and the user's texts instead.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/testing/paths.h"
#include "tests/testing/temp_dir.h"
#include "tests/tools/convert/test_model.h"
#include "tools/convert/packing.h"

namespace gram::convert {
namespace {

using ::testing::HasSubstr;

constexpr char kTemplate[] =
    "{{ bos_token }}{{ strftime_now('%d %b %Y') }}{% for m in messages %}"
    "[{{ m.role }}]{{ m.content | trim }}{% endfor %}{% if add_generation_prompt %}[answer]"
    "{% if enable_thinking is false %}[none]{% endif %}{% endif %}";

class ChatFilesTest : public ::testing::Test {
 protected:
  void SetUp() override { Put(kTemplate); }
  void Put(const std::string& jinja) const {
    const nlohmann::json config = {{"chat_template", jinja}, {"bos_token", "<s>"}};
    gram::testing::WriteBytes(dir_ / "tokenizer_config.json", config.dump());
  }
  Result<format::ChatPieces> Try(const ChatOverride& chat, ChatForm form = ChatForm::kJudge) const {
    return LoadChat(dir_.path(), chat, form);
  }
  format::ChatPieces Load(const ChatOverride& chat, ChatForm form = ChatForm::kJudge) const {
    const auto pieces = Try(chat, form);
    EXPECT_TRUE(pieces.ok()) << pieces.status().message();
    return pieces.ok() ? *pieces : format::ChatPieces();
  }

  const gram::testing::TempDir dir_;
};

TEST_F(ChatFilesTest, WhatTheTemplateSays) {
  const format::ChatPieces chat = Load({});
  EXPECT_EQ(chat, (format::ChatPieces{.prefix = "\x01[user]",
                                      .suffix = "[answer]",
                                      .no_thinking = "[none]",
                                      .message = {.trimmed = true},
                                      .reward = format::RewardForm{.before = "\x01[user]",
                                                                   .between = "[assistant]",
                                                                   .after = "",
                                                                   .question = {.trimmed = true},
                                                                   .response = {.trimmed = true}},
                                      .bos = "<s>",
                                      .date = "26 Jul 2024"}));
  EXPECT_EQ(Load({}, ChatForm::kReward), chat);
}

TEST_F(ChatFilesTest, SinglePartsAreReplaced) {
  format::ChatPieces expected = Load({});
  expected.suffix = "]";
  EXPECT_EQ(Load({.suffix = "]"}), expected);
  expected.no_thinking = "!";
  EXPECT_EQ(Load({.suffix = "]", .no_thinking = "!"}), expected);
  expected = Load({});
  expected.prefix = expected.reward->before = "[";
  expected.date = expected.bos = "";
  EXPECT_EQ(Load({.prefix = "["}), expected);
  expected.bos = "<s>";
  EXPECT_EQ(Load({.prefix = "<s>["}), expected);
}

TEST_F(ChatFilesTest, AWholeJudgeFormNeedsNoTemplate) {
  const ChatOverride chat = {.prefix = "<s>[", .suffix = "]"};
  const format::ChatPieces expected = {.prefix = "[", .suffix = "]", .bos = "<s>"};
  Put("unheard of");
  EXPECT_EQ(Load(chat), expected);
  EXPECT_THAT(Try(chat, ChatForm::kReward).status().message(), HasSubstr("--template-between"));
  EXPECT_EQ(Load({.prefix = "[", .suffix = "]", .no_thinking = "!", .trim = true}),
            (format::ChatPieces{
                .prefix = "[", .suffix = "]", .no_thinking = "!", .message = {.trimmed = true}}));
  std::filesystem::remove(dir_ / "tokenizer_config.json");
  EXPECT_EQ(Load({.prefix = "[", .suffix = "]"}),
            (format::ChatPieces{.prefix = "[", .suffix = "]"}));
  EXPECT_EQ(Try({.prefix = "["}).status().code(), StatusCode::kNotFound);
}

TEST_F(ChatFilesTest, AWholeRewardFormNeedsNoTemplate) {
  ChatOverride chat = {.prefix = "<s>[", .between = "|", .end = "]"};
  Put("unheard of");
  format::ChatPieces expected = {
      .judge = false,
      .reward = format::RewardForm{.before = "[", .between = "|", .after = "]"},
      .bos = "<s>"};
  EXPECT_EQ(Load(chat, ChatForm::kReward), expected);
  EXPECT_EQ(Try(chat).status().code(), StatusCode::kUnsupported);
  chat.trim = true;
  expected.reward->question.trimmed = expected.reward->response.trimmed = true;
  EXPECT_EQ(Load(chat, ChatForm::kReward), expected);
}

TEST_F(ChatFilesTest, OneFormIsEnough) {
  Put("{% for m in messages %}{% if m.role != 'user' %}{{ raise_exception('no') }}{% endif %}"
      "{{ m.content }}{% endfor %}");
  EXPECT_FALSE(Load({}).reward);
  const Status refused = Try({}, ChatForm::kReward).status();
  EXPECT_EQ(refused.code(), StatusCode::kUnsupported);
  EXPECT_THAT(refused.message(), HasSubstr("it refuses such a conversation: 'no'"));
  EXPECT_TRUE(Load({.prefix = "", .between = "|", .end = ""}, ChatForm::kReward).reward);
}

TEST_F(ChatFilesTest, TextsThatDoNotGoTogetherAreRefused) {
  for (const ChatOverride& chat :
       {ChatOverride{.between = "|"}, ChatOverride{.prefix = "[", .between = "|"},
        ChatOverride{.between = "|", .end = "]"}, ChatOverride{.prefix = "[", .end = "]"}}) {
    const Status status = Try(chat, ChatForm::kReward).status();
    EXPECT_EQ(status.code(), StatusCode::kInvalidArgument);
    EXPECT_THAT(status.message(), HasSubstr("--template-between and --template-end"));
  }
  for (const ChatOverride& chat : {ChatOverride{.prefix = "\x01"}, ChatOverride{.suffix = "a\x01"},
                                   ChatOverride{.no_thinking = "\x01"}}) {
    EXPECT_THAT(Try(chat).status().message(), HasSubstr("control character"));
  }
}

TEST(ChatFiles, OfSharedModels) {
  GRAM_REQUIRE_SHARED("models/skywork-gemma2");
  for (const char* name : {"llama32-gram", "skywork-llama", "skywork-qwen3", "skywork-gemma2",
                           "internlm2-reward", "nemotron"}) {
    const std::string folder = gram::testing::SharedPath(std::string("models/") + name);
    for (const ChatForm form : {ChatForm::kJudge, ChatForm::kReward}) {
      const auto pieces = LoadChat(folder, {}, form);
      ASSERT_TRUE(pieces.ok()) << pieces.status().message();
      EXPECT_TRUE(pieces->judge && pieces->reward) << name;
    }
  }
}

}  // namespace
}  // namespace gram::convert
