// Chat templates against what Jinja makes of them: the committed ones of
// tests/golden/chat-templates (render.py there made the values), and those of the shared models.
#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <string>

#include "tests/testing/paths.h"
#include "tests/tokenizer/testing.h"
#include "tokenizer/chat_template.h"
#include "tokenizer/jinja/parser.h"
#include "tokenizer/jinja/render.h"

namespace gram::tokenizer {
namespace {

using nlohmann::json;

std::string Joined(const format::ChatPieces& chat, const std::vector<format::ChatPart>& parts) {
  std::string text = chat.bos;
  for (const format::ChatPart& part : parts) text += part.text;
  return text;
}

std::vector<json> Lines(const std::string& path) {
  std::ifstream file(path);
  std::vector<json> lines;
  for (std::string line; std::getline(file, line);) lines.push_back(json::parse(line));
  return lines;
}

// The text of a form as JSON; null where the template has not got it.
json JudgeText(const format::ChatPieces& chat, const std::string& message, bool thinking_off,
               const std::string& date) {
  if (!chat.judge) return nullptr;
  return Joined(chat, format::JudgeParts(chat, message, thinking_off, date));
}

json RewardText(const format::ChatPieces& chat, const std::string& question,
                const std::string& response, const std::string& date) {
  if (!chat.reward) return nullptr;
  return Joined(chat, format::RewardParts(chat, question, response, date));
}

TEST(ChatTemplateGolden, CommittedTemplates) {
  const std::string folder = gram::testing::GoldenPath("chat-templates/");
  const TokenTexts tokens = {{"bos_token", "<s>"}, {"eos_token", "</s>"}};
  std::map<std::string, ChatTemplate> templates;
  const std::vector<json> rows = Lines(folder + "rendered.jsonl");
  ASSERT_EQ(rows.size(), 110U);
  for (const json& row : rows) {
    const std::string name = row["template"];
    if (templates.count(name) == 0) {
      templates[name] =
          RecognizeChatTemplate(testing::ReadFile(folder + name + ".jinja"), tokens, name);
    }
    const format::ChatPieces& chat = templates[name].pieces;
    const std::string question = row["question"];
    EXPECT_EQ(JudgeText(chat, question, false, row["date"]), row["judge"]) << row;
    EXPECT_EQ(JudgeText(chat, question, true, row["date"]), row["no_thinking"]) << row;
    EXPECT_EQ(RewardText(chat, question, row["response"], row["date"]), row["reward"]) << row;
  }
  EXPECT_EQ(templates["date-today"].pieces.date, "26 Jul 2024");
  EXPECT_EQ(templates["date-fixed"].pieces.date, "26 Jul 2024");
  EXPECT_EQ(templates["chatml"].pieces.date, "");
}

// A row of templates.jsonl, by the forms of its template. False: not of one of the forms.
bool CheckForms(const json& row, const format::ChatPieces& chat) {
  const json& messages = row["messages"];
  const bool prompt = row["add_generation_prompt"];
  const std::string date = row["kwargs"].value("date_string", "");
  const bool thinking_off = row["kwargs"].contains("enable_thinking");
  if (messages[0]["role"] != "user") return false;
  if (messages.size() == 1 && prompt) {
    EXPECT_EQ(JudgeText(chat, messages[0]["content"], thinking_off, date), row["text"]) << row;
    return true;
  }
  if (messages.size() != 2 || prompt) return false;
  EXPECT_EQ(RewardText(chat, messages[0]["content"], messages[1]["content"], date), row["text"])
      << row;
  return true;
}

// A row of any conversation, with texts that are known.
void CheckRendered(const json& row, const jinja::Block& block, const std::string& bos) {
  jinja::List messages;
  for (const json& message : row["messages"]) {
    const auto text = [&message](const char* key) {
      return jinja::Value(jinja::Known(message[key].get<std::string>()));
    };
    messages.push_back(
        jinja::Value::Of(jinja::Dict{{"role", text("role")}, {"content", text("content")}})
            .value());
  }
  jinja::Variables variables = {
      {"messages", jinja::Value::Of(std::move(messages)).value()},
      {"tools", jinja::Value(jinja::None())},
      {"add_generation_prompt", jinja::Value(row["add_generation_prompt"].get<bool>())},
      {"bos_token", jinja::Value(jinja::Known(bos))}};
  for (const auto& [name, value] : row["kwargs"].items()) {
    variables.emplace(name, value.is_boolean() ? jinja::Value(value.get<bool>())
                                               : jinja::Value(jinja::Known(value)));
  }
  const auto outcomes = jinja::Render(block, variables, {});
  ASSERT_TRUE(outcomes.ok()) << outcomes.status().message() << row;
  ASSERT_EQ(outcomes->size(), 1U);
  EXPECT_EQ(outcomes->front().refused, row["text"].is_null()) << row;
  if (row["text"].is_null()) return;
  const std::string* text = jinja::AsKnown(outcomes->front().text);
  ASSERT_NE(text, nullptr) << row;
  EXPECT_EQ(*text, row["text"].get<std::string>()) << row;
}

TEST(ChatTemplateGolden, SharedTemplates) {
  GRAM_REQUIRE_SHARED("golden/templates.jsonl");
  size_t of_a_form = 0;
  const std::vector<json> rows = Lines(gram::testing::SharedPath("golden/templates.jsonl"));
  ASSERT_FALSE(rows.empty());
  for (const json& row : rows) {
    const std::string folder =
        gram::testing::SharedPath("models/" + row["model"].get<std::string>());
    const auto found = ChatTemplateFromFolder(folder);
    ASSERT_TRUE(found.ok()) << found.status().message();
    of_a_form += CheckForms(row, found->pieces) ? 1 : 0;
    const json config = json::parse(testing::ReadFile(folder + "/tokenizer_config.json"));
    const auto block = jinja::Parse(config["chat_template"].get<std::string>());
    ASSERT_TRUE(block.ok()) << block.status().message();
    CheckRendered(row, *block, config["bos_token"].is_string() ? config["bos_token"] : "");
  }
  EXPECT_EQ(of_a_form, rows.size() * 4 / 11);  // of 22 conversations each: 1 judge, 7 reward
}

struct Published {
  const char* folder;
  const char* prefix;
  const char* bos;
  bool trimmed;
  const char* after;  // the response
};

class PublishedTemplates : public ::testing::TestWithParam<Published> {};

TEST_P(PublishedTemplates, HaveBothForms) {
  const Published& expected = GetParam();
  GRAM_REQUIRE_SHARED(expected.folder);
  const auto found = ChatTemplateFromFolder(gram::testing::SharedPath(expected.folder));
  ASSERT_TRUE(found.ok()) << found.status().message();
  ASSERT_TRUE(found->judge.ok()) << found->judge.message();
  ASSERT_TRUE(found->reward.ok()) << found->reward.message();
  const format::ChatPieces& chat = found->pieces;
  EXPECT_EQ(format::WithDate(chat.prefix, "D"), expected.prefix);
  EXPECT_EQ(chat.reward->before, chat.prefix);
  EXPECT_EQ(chat.bos, expected.bos);
  EXPECT_EQ(chat.message.trimmed, expected.trimmed);
  EXPECT_EQ(chat.reward->question.trimmed, expected.trimmed);
  EXPECT_EQ(chat.reward->response.trimmed, expected.trimmed);
  EXPECT_EQ(chat.reward->after, expected.after);
}

constexpr char kLlamaPrefix[] =
    "<|start_header_id|>system<|end_header_id|>\n\nCutting Knowledge Date: December 2023\n"
    "Today Date: D\n\n<|eot_id|><|start_header_id|>user<|end_header_id|>\n\n";
constexpr Published kPublished[] = {
    {"data/llama3-tokenizer", kLlamaPrefix, "<|begin_of_text|>", true, "<|eot_id|>"},
    {"data/gemma2-tokenizer", "<start_of_turn>user\n", "<bos>", true, "<end_of_turn>\n"},
    {"data/internlm2-tokenizer", "<|im_start|>user\n", "<s>", false, "<|im_end|>\n"},
    {"data/qwen3-tokenizer", "<|im_start|>user\n", "", false, "<|im_end|>\n"},
};
INSTANTIATE_TEST_SUITE_P(Families, PublishedTemplates, ::testing::ValuesIn(kPublished));

}  // namespace
}  // namespace gram::tokenizer
