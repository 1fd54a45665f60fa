#include "tokenizer/chat_template.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

#include "tests/testing/paths.h"
#include "tests/tokenizer/testing.h"
#include "tokenizer/jinja.h"

namespace gram::tokenizer {
namespace {

using ::testing::HasSubstr;

constexpr char kNoThinking[] = "<think>\n\n</think>\n\n";

void ExpectChatMl(const Result<ChatTemplate>& found, const std::string& no_thinking) {
  ASSERT_TRUE(found.ok()) << found.status().message();
  EXPECT_EQ(found->prefix, "<|im_start|>user\n");
  EXPECT_EQ(found->suffix, "<|im_end|>\n<|im_start|>assistant\n");
  EXPECT_EQ(found->no_thinking, no_thinking);
}

// Templates in the forms that ChatML models ship.
constexpr char kPlain[] =
    "{% for message in messages %}{{'<|im_start|>' + message['role'] + '\\n' + message['content'] "
    "+ "
    "'<|im_end|>' + '\\n'}}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' "
    "}}{% endif %}";
constexpr char kBranches[] = R"({#- A comment. -#}
{%- if tools %}
    {{- '<|im_start|>system\n# Tools' }}
    {%- for tool in tools %}{{- tool | tojson }}{%- endfor %}
{%- elif messages[0].role == 'system' %}
    {{- '<|im_start|>system\n' + messages[0].content + '<|im_end|>\n' }}
{%- endif %}
{%- set ns = namespace(last=messages|length - 1) %}
{%- for message in messages[::-1] %}
    {%- if message.content.startswith('<tool_response>') %}
        {%- set ns.last = loop.index0 %}
    {%- endif %}
{%- endfor %}
{%- for message in messages %}
    {%- if message.content is string %}
        {%- set content = message.content %}
    {%- else %}
        {%- set content = '' %}
    {%- endif %}
    {%- if (message.role == "user") or (message.role == "system" and not loop.first) %}
        {{- '<|im_start|>' + message.role + '\n' + content + '<|im_end|>' + '\n' }}
    {%- elif message.role == "assistant" %}
        {{- content.split('</think>')[-1] }}
    {%- endif %}
{%- endfor %}
{%- if add_generation_prompt %}
    {{- '<|im_start|>assistant\n' }}
    {%- if enable_thinking is defined and enable_thinking is false %}
        {{- '<think>\n\n</think>\n\n' }}
    {%- endif %}
{%- endif %}
)";

std::string Replaced(std::string text, const std::string& from, const std::string& to) {
  const size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

TEST(ChatTemplate, PlainChatMl) { ExpectChatMl(RecognizeChatTemplate(kPlain, "t"), ""); }

TEST(ChatTemplate, BranchesAreFollowed) {
  ExpectChatMl(RecognizeChatTemplate(kBranches, "t"), kNoThinking);
}

TEST(ChatTemplate, TextOutsideTagsCounts) {
  constexpr char kText[] =
      "{% for message in messages %}\n<|im_start|>{{ message.role }}\n{{ message.content "
      "}}<|im_end|>\n"
      "{% endfor %}\n{% if add_generation_prompt %}\n<|im_start|>assistant\n\n{% endif %}\n";
  // With trim_blocks the line end behind a tag goes; the one more before endif stays.
  EXPECT_FALSE(RecognizeChatTemplate(kText, "t").ok());
  ExpectChatMl(RecognizeChatTemplate(Replaced(kText, "assistant\n\n", "assistant\n"), "t"), "");
}

struct Refusal {
  const char* from;
  const char* to;
  const char* reason;
};

class RefusedTemplate : public ::testing::TestWithParam<Refusal> {};

TEST_P(RefusedTemplate, SaysWhyAndTheWayOut) {
  const auto [from, to, reason] = GetParam();
  const auto found = RecognizeChatTemplate(Replaced(kBranches, from, to), "dir/config");
  ASSERT_FALSE(found.ok());
  EXPECT_EQ(found.status().code(), StatusCode::kUnsupported);
  const std::string& message = found.status().message();
  EXPECT_THAT(message, HasSubstr("dir/config: the chat template is not recognised: "));
  EXPECT_THAT(message, HasSubstr(reason));
  EXPECT_THAT(message, HasSubstr("--template-prefix and --template-suffix"));
}

constexpr Refusal kRefusals[] = {
    // Qwen2.5 and Qwen1.5: a system prompt where the user gives none.
    {"'<|im_end|>\\n' }}\n{%- endif %}",
     "'<|im_end|>\\n' }}\n{%- else %}{{- '<|im_start|>system\\nYou are Qwen.<|im_end|>\\n' }}{%- "
     "endif %}",
     "default system prompt"},
    {"{%- for message in messages %}",
     "{%- for message in messages %}{% if loop.first and messages[0]['role'] != 'system' %}"
     "{{ '<|im_start|>system\\nYou are a helpful assistant<|im_end|>\\n' }}{% endif %}",
     "default system prompt"},
    {"+ content +", "+ content | trim +", "more than fixed text"},
    {"+ content +", "+ content.strip() +", "more than fixed text"},
    {"+ content +", "+ unknown +", "more than fixed text"},
    {"+ content +", "+ content + content +", "exactly once"},
    {"+ content +", "+", "exactly once"},
    {"'<|im_start|>' + message.role", "'<|start|>' + message.role", "before the user's message"},
    {"'<|im_end|>' + '\\n'", "'<|im_end|>'", "behind the user's message"},
    {"{{- '<|im_start|>assistant\\n' }}", "{{- '<|im_start|>assistant\\n<think>\\n' }}",
     "behind the user's message"},
    {"{%- if add_generation_prompt %}", "{%- if never %}", "depends on more than"},
    {"{{- '<think>\\n\\n</think>\\n\\n' }}", "{{- '<think></think>' }}", "enable_thinking"},
    {"enable_thinking is defined and enable_thinking is false", "not enable_thinking",
     "behind the user's message"},
    {"{%- if message.content is string %}", "{%- if message.content %}", "more than fixed text"},
    {"{%- set ns.last = loop.index0 %}", "{{- 'x' }}", "depends on more than"},
    {"{%- set content = '' %}\n    {%- endif %}",
     "{%- endif %}{%- if message.content == 'x' %}{%- set content = 'y' %}{%- endif %}",
     "more than fixed text"},
    {"{%- set ns = ", "{%- set messages = messages[1:] %}{%- set ns = ", "changes 'messages'"},
    {"{%- set ns = ", "{%- set a, b = 1, 2 %}{%- set ns = ", "several variables"},
    {"{%- set ns = ", "{%- set a %}x{%- endset %}{%- set ns = ", "sets a block"},
    {"{%- set ns = ", "{%- macro f() %}{%- endmacro %}{%- set ns = ", "the tag 'macro'"},
    {"{%- set ns = ", "{%- endfor %}{%- set ns = ", "do not match"},
    {"{%- if add_generation_prompt %}", "{%- if add_generation_prompt %}{%- if tools %}", "closed"},
    {"A comment. -#}", "", "comment is not closed"},
    {"'<|im_start|>assistant\\n'", "'<|im_start|>assistant\\x0a'", "unknown escape"},
};
INSTANTIATE_TEST_SUITE_P(Differences, RefusedTemplate, ::testing::ValuesIn(kRefusals));

TEST(ChatTemplate, HostileNestingIsRefused) {
  std::string blocks;
  std::string parentheses = "{% if ";
  for (int i = 0; i < 100000; ++i) blocks += "{% if tools %}";
  EXPECT_FALSE(RecognizeChatTemplate(blocks, "t").ok());
  parentheses += std::string(3000, '(') + "tools" + std::string(3000, ')') + " %}x{% endif %}";
  EXPECT_FALSE(RecognizeChatTemplate(parentheses, "t").ok());
  for (const std::string text : {"",          "{{",       "{%",          "{#",          "{% %}",
                                 "{{ }}",     "{% if %}", "{% endif %}", "{% for %}",   "{{ 'a }}",
                                 "{% set %}", "{%-",      "{{-",         "{% else %}",  "{{ ( }}",
                                 "{{ ) }}",   "{{ [ }}",  "{{ . }}",     "{{ 'a' + }}", "\x01"}) {
    EXPECT_FALSE(RecognizeChatTemplate(text, "t").ok()) << text;
  }
}

TEST(ChatTemplate, TruncatedTemplatesNeverCrash) {
  const std::string whole(kBranches);
  for (size_t size = 0; size + 1 < whole.size(); ++size) {
    EXPECT_FALSE(RecognizeChatTemplate(whole.substr(0, size), "t").ok()) << size;
  }
}

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
  std::string folder_;
};

TEST_F(TemplateFolder, OfTheTinyModel) {
  ExpectChatMl(ChatTemplateFromFolder(gram::testing::GoldenPath("tiny-tied")), kNoThinking);
}

TEST_F(TemplateFolder, TextInTheConfig) {
  Write("tokenizer_config.json", nlohmann::json({{"chat_template", kPlain}}).dump());
  ExpectChatMl(ChatTemplateFromFolder(folder_), "");
}

TEST_F(TemplateFolder, TheDefaultOfAList) {
  const nlohmann::json list = {{{"name", "tool_use"}, {"template", "other"}},
                               {{"name", "default"}, {"template", kPlain}}};
  Write("tokenizer_config.json", nlohmann::json({{"chat_template", list}}).dump());
  ExpectChatMl(ChatTemplateFromFolder(folder_), "");
}

TEST_F(TemplateFolder, AJinjaFileGoesFirst) {
  Write("tokenizer_config.json", R"({"chat_template": "something else"})");
  Write("chat_template.jinja", kBranches);
  ExpectChatMl(ChatTemplateFromFolder(folder_), kNoThinking);
}

TEST_F(TemplateFolder, AJsonFileGoesLast) {
  Write("tokenizer_config.json", "{}");
  Write("chat_template.json", nlohmann::json({{"chat_template", kPlain}}).dump());
  ExpectChatMl(ChatTemplateFromFolder(folder_), "");
}

TEST_F(TemplateFolder, NoneOrUnreadable) {
  EXPECT_EQ(ChatTemplateFromFolder(folder_).status().code(), StatusCode::kNotFound);
  Write("tokenizer_config.json", R"({"chat_template": null})");
  EXPECT_EQ(ChatTemplateFromFolder(folder_).status().code(), StatusCode::kNotFound);
  Write("tokenizer_config.json", R"({"chat_template": [{"name": "rag", "template": "x"}]})");
  EXPECT_EQ(ChatTemplateFromFolder(folder_).status().code(), StatusCode::kUnsupported);
  Write("tokenizer_config.json", "{");
  EXPECT_EQ(ChatTemplateFromFolder(folder_).status().code(), StatusCode::kCorrupt);
}

TEST(QwenChatTemplate, IsRecognized) {
  GRAM_REQUIRE_SHARED("data/qwen3-tokenizer");
  ExpectChatMl(ChatTemplateFromFolder(gram::testing::SharedPath("data/qwen3-tokenizer")),
               kNoThinking);
}

TEST(JinjaLexer, WhiteSpaceControl) {
  const auto items = LexJinja("a \n  {%- set x = 1 -%}  \n b {{ 'c\\n' }}\n  {% if y %}\nd\n");
  ASSERT_TRUE(items.ok());
  std::string shape;
  for (const JinjaItem& item : *items) {
    shape += item.kind == JinjaItem::Kind::kText ? "[" + item.text + "]"
                                                 : "<" + item.tokens[0].text + ">";
  }
  EXPECT_EQ(shape, "[a]<set>[b ]<c\n>[\n]<if>[d]");
}

// A few hundred bytes must not take gigabytes: the length of texts and the work are bounded.
TEST(ChatTemplateTest, TemplatesThatGrowWithoutBoundAreRefused) {
  std::string doubled = "{%- set a = 'xx' %}";
  for (int i = 0; i < 34; ++i) doubled += "{%- set a = a + a %}";
  std::string summed = "{%- set a = 'xxxxxxxxxxxxxxxx' %}";
  std::string sum = "a";
  for (int i = 0; i < 100; ++i) sum += "~(a+a)";
  for (int i = 0; i < 8; ++i) summed += "{%- set a = " + sum + " %}";
  std::string copied = "{%- set a = '" + std::string(500000, 'x') + "' %}";
  for (int i = 0; i < 10000; ++i) copied += "{%- set b = a %}";
  std::string loops = "{%- set a = '" + std::string(500000, 'x') + "' %}";
  for (int i = 0; i < 5000; ++i) loops += "{%- for message in messages %}{%- endfor %}";
  std::string written = "{%- set a = '" + std::string(500000, 'x') + "' %}{{ a }}{{ a }}{{ a }}";
  for (const std::string& jinja : {doubled, summed, copied, loops, written}) {
    const auto found = RecognizeChatTemplate(jinja, "FILE");
    ASSERT_FALSE(found.ok());
    EXPECT_EQ(found.status().code(), StatusCode::kUnsupported);
    EXPECT_THAT(found.status().message(), HasSubstr("it makes a text of more than 1048576 bytes"));
  }
  EXPECT_THAT(RecognizeChatTemplate(std::string(2000000, 'x'), "FILE").status().message(),
              HasSubstr("it has 2000000 bytes; at most 1048576 are read"));
}

}  // namespace
}  // namespace gram::tokenizer
