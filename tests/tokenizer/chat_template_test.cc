#include "tokenizer/chat_template.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/testing/emulated.h"
#include "tests/testing/paths.h"
#include "tests/tokenizer/testing.h"
#include "tokenizer/jinja/lexer.h"

namespace gram::tokenizer {
namespace {

using ::testing::HasSubstr;

const TokenTexts kTokens = {{"bos_token", "<s>"}, {"eos_token", std::nullopt}};

std::string Source(const std::string& name) {
  return testing::ReadFile(gram::testing::GoldenPath("chat-templates/" + name + ".jinja"));
}

std::string Replaced(std::string text, const std::string& from, const std::string& to) {
  const size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

ChatTemplate Recognized(const std::string& jinja) {
  return RecognizeChatTemplate(jinja, kTokens, "dir/config");
}

// Both forms of a template.
format::ChatPieces Pieces(const std::string& jinja) {
  const ChatTemplate found = Recognized(jinja);
  EXPECT_TRUE(found.judge.ok()) << found.judge.message();
  EXPECT_TRUE(found.reward.ok()) << found.reward.message();
  return found.pieces;
}

TEST(ChatTemplate, PlainChatMl) {
  const format::ChatPieces chat = Pieces(Source("chatml"));
  EXPECT_EQ(chat, (format::ChatPieces{
                      .prefix = "<|im_start|>user\n",
                      .suffix = "<|im_end|>\n<|im_start|>assistant\n",
                      .reward = format::RewardForm{.before = "<|im_start|>user\n",
                                                   .between = "<|im_end|>\n<|im_start|>assistant\n",
                                                   .after = "<|im_end|>\n"}}));
}

TEST(ChatTemplate, TheThinkBlock) {
  const format::ChatPieces chat = Pieces(Source("think-block"));
  EXPECT_EQ(chat.no_thinking, "<think>\n\n</think>\n\n");
  EXPECT_EQ(chat.message, format::ContentRule{});
  EXPECT_EQ(chat.reward->between, "<|im_end|>\n<|im_start|>assistant\n");
  EXPECT_TRUE(chat.reward->think_block);
  EXPECT_TRUE(chat.reward->tool_responses);
  const std::string without_tools = Replaced(
      Source("think-block"), "turn.content.startswith('<tool_response>') and", "false and");
  EXPECT_FALSE(Pieces(without_tools).reward->tool_responses);
}

TEST(ChatTemplate, WhatBecomesOfTheTexts) {
  EXPECT_EQ(Pieces(Source("date-fixed")).message, format::ContentRule{.trimmed = true});
  EXPECT_EQ(Pieces(Source("date-fixed")).reward->response, format::ContentRule{.trimmed = true});
  EXPECT_EQ(Pieces(Source("macro")).message, format::ContentRule{});
  EXPECT_EQ(Pieces(Source("macro")).reward->response, format::ContentRule{.newlines_cut = true});
}

TEST(ChatTemplate, ASystemPromptOfItsOwnIsAPartOfThePrefix) {
  const format::ChatPieces chat = Pieces(Source("default-system"));
  EXPECT_EQ(chat.prefix, "<|im_start|>system\nAnswer well.<|im_end|>\n<|im_start|>user\n");
  EXPECT_EQ(chat.reward->before, chat.prefix);
}

TEST(ChatTemplate, BosIsKeptApart) {
  for (const char* name : {"date-today", "no-system", "alternating", "brackets"}) {
    const std::string source = Source(name);
    const TokenTexts tokens = {{"bos_token", "<s>"}, {"eos_token", "</s>"}};
    const format::ChatPieces chat = RecognizeChatTemplate(source, tokens, "t").pieces;
    EXPECT_EQ(chat.bos, "<s>") << name;
    EXPECT_EQ(chat.prefix.find("<s>"), std::string::npos) << name;
    EXPECT_EQ(chat.reward->before.find("<s>"), std::string::npos) << name;
    if (std::string(name) == "no-system") continue;  // adds the token to a text
    const TokenTexts none = {{"bos_token", std::nullopt}, {"eos_token", "</s>"}};
    const format::ChatPieces without = RecognizeChatTemplate(source, none, "t").pieces;
    EXPECT_EQ(without.bos, "") << name;
    EXPECT_EQ(without.prefix, chat.prefix) << name;
  }
  EXPECT_EQ(Recognized(Source("chatml")).bos_token, "<s>");
  EXPECT_EQ(Pieces(Source("chatml")).bos, "");
}

TEST(ChatTemplate, ATokenThatNoFileNamesIsNotGuessed) {
  const ChatTemplate found = RecognizeChatTemplate(Source("no-system"), {}, "t");
  EXPECT_THAT(found.judge.message(), HasSubstr("it uses bos_token, which the tokenizer's files"));
  EXPECT_FALSE(found.pieces.judge);
}

TEST(ChatTemplate, BosInOneFormOnly) {
  const ChatTemplate found =
      Recognized("{{ bos_token if add_generation_prompt }}" + Source("chatml"));
  EXPECT_TRUE(found.judge.ok());
  EXPECT_THAT(found.reward.message(), HasSubstr("BOS"));
  EXPECT_FALSE(found.pieces.reward);
}

TEST(ChatTemplate, TheDateHasAPlace) {
  for (const char* name : {"date-today", "date-fixed"}) {
    const format::ChatPieces chat = Pieces(Source(name));
    EXPECT_EQ(chat.prefix, "[system]\nToday is \x01.\n[user]\n");
    EXPECT_EQ(chat.reward->before, chat.prefix);
    EXPECT_EQ(chat.date, "26 Jul 2024");
  }
  const std::string other = Replaced(Source("date-fixed"), "26 Jul 2024", "1 May 1999");
  EXPECT_EQ(Pieces(other).date, "1 May 1999");
  const std::string branch = Replaced(Source("date-fixed"), "{{- '[s",
                                      "{% if date_string %}{{ 'Dated.' }}{% endif %}{{- '[s");
  EXPECT_EQ(Pieces(branch).date, "") << "a date changes more than the date";
  EXPECT_THAT(Pieces(branch).prefix, HasSubstr("26 Jul 2024"));
  EXPECT_EQ(Pieces(Source("date-fixed") + "{{ '.' if date_string }}").date, "");
  EXPECT_EQ(Pieces("{{ strftime_now('%d %b %Y') }}" + Source("chatml")).date, "26 Jul 2024");
}

TEST(ChatTemplate, AFormMayBeRefusedAlone) {
  const ChatTemplate found = Recognized(Source("refuses-answers"));
  EXPECT_TRUE(found.judge.ok()) << found.judge.message();
  EXPECT_EQ(found.pieces.prefix, "USER: ");
  EXPECT_FALSE(found.pieces.reward);
  EXPECT_THAT(found.reward.message(),
              HasSubstr("it refuses such a conversation: 'questions only'"));
  EXPECT_THAT(found.reward.message(),
              HasSubstr("--template-prefix, --template-between and --template-end"));
  const ChatTemplate reward = Recognized(
      "{% if messages|length != 2 %}{{ raise_exception('') }}{% endif %}" + Source("chatml"));
  EXPECT_FALSE(reward.pieces.judge);
  EXPECT_EQ(reward.pieces.prefix, "");
  EXPECT_TRUE(reward.pieces.reward);
}

struct Refusal {
  const char* from;  // in think-block.jinja
  const char* to;
  const char* reason;
};

class RefusedJudge : public ::testing::TestWithParam<Refusal> {};

TEST_P(RefusedJudge, SaysWhyAndTheWayOut) {
  const auto [from, to, reason] = GetParam();
  const ChatTemplate found = Recognized(Replaced(Source("think-block"), from, to));
  ASSERT_FALSE(found.judge.ok());
  EXPECT_FALSE(found.pieces.judge);
  EXPECT_EQ(found.judge.code(), StatusCode::kUnsupported);
  const std::string& message = found.judge.message();
  EXPECT_THAT(message, HasSubstr("dir/config: the chat template is not recognised: "));
  EXPECT_THAT(message, HasSubstr(reason));
  EXPECT_THAT(message, HasSubstr("--template-prefix and --template-suffix"));
}

constexpr char kContent[] = "{{- turn.content }}";
constexpr Refusal kJudgeRefusals[] = {
    {kContent, "{{- turn.content.lower() }}", "it writes a message as message.lower()"},
    {kContent, "{{- turn.content.rstrip() }}", "it writes a message as message.rstrip()"},
    {kContent, "{{- turn.content.strip('x') }}", "it writes a message as message.strip('x')"},
    {kContent, "{{- turn.content.split('x')[0] }}", "message.split('x')[0]"},
    {kContent, "{{- turn.content ~ turn.content }}", "exactly once"},
    {kContent, "", "exactly once"},
    {kContent, "{{- turn.content | tojson }}", "the filter 'tojson'"},
    {kContent, "{{- turn.content or 'nothing' }}", "depends on message == ''"},
    {kContent, "{{- turn.content }}{{ '!' if 'x' in turn.content }}", "depends on 'x' in message"},
    {kContent, "{{- turn.content }}{{ turn.content | length }}", "at the length of a message"},
    {kContent, "{{- turn.content }}{{ strftime_now('%d %b %Y') }}", "the date behind a message"},
    {kContent, "{{- strftime_now('%Y') ~ turn.content }}", "it writes strftime_now('%Y')"},
    {kContent, "{{- unk_token ~ turn.content }}", "unk_token"},
    {kContent, "{{- turn.content }}{{ '\\x01' }}", "control character"},
    {kContent, "{{- turn.content }}{{ tools.x }}{{ tools.x.y }}", "what is not defined"},
    {"'<think>\\n\\n</think>\\n\\n' }}\n    {%- endif", "'x' }}{%- else %}y{%- endif",
     "turning enable_thinking off"},
    {"assistant\\n' }}", "assistant\\n' if 'a' in messages[0].content }}", "depends on 'a' in"},
};
INSTANTIATE_TEST_SUITE_P(Differences, RefusedJudge, ::testing::ValuesIn(kJudgeRefusals));

class RefusedReward : public ::testing::TestWithParam<Refusal> {};

TEST_P(RefusedReward, IsNotTakenForAThinkBlock) {
  const auto [from, to, reason] = GetParam();
  const ChatTemplate found = Recognized(Replaced(Source("think-block"), from, to));
  EXPECT_TRUE(found.judge.ok()) << found.judge.message();
  ASSERT_FALSE(found.reward.ok());
  EXPECT_FALSE(found.pieces.reward);
  EXPECT_THAT(found.reward.message(), HasSubstr(reason));
}

constexpr Refusal kRewardRefusals[] = {
    {"'</think>' in answer", "'</thought>' in answer", "depends on"},
    {"'</think>' in answer", "false", "depends on question.startswith"},
    {"answer.split('</think>')[-1]", "answer.split('</think>')[0]", "depends on"},
    {".split('<think>')[-1]", "", "depends on"},
    {"thought.strip('\\n') +", "thought +", "depends on"},
    {"+ answer.lstrip('\\n')", "+ answer", "depends on"},
    {"'\\n</think>\\n\\n'", "'\\n</think>\\n'", "depends on"},
    {"'<tool_response>'", "'<tool>'", "depends on question.startswith('<tool>')"},
    {"{{- answer }}", "{{- answer.lstrip('\\n') }}", "depends on question.startswith"},
    {"{{- turn.content }}",
     "{{- turn.content|trim if loop.length == 2 and 'x' in turn.content else turn.content }}",
     "depends on 'x' in question"},
    {"if loop.index0 > seen.question", "if 'x' in turn.content", "depends on"},
    {"{{- '<|im_end|>\\n' }}",
     "{{- '<|im_end|>\\n' if loop.length == 1 or 'x' in messages[0].content }}", "depends on"},
};
INSTANTIATE_TEST_SUITE_P(Differences, RefusedReward, ::testing::ValuesIn(kRewardRefusals));

TEST(ChatTemplate, OrderAndNumberOfTheTextsMatter) {
  for (const char* source :
       {"{{ messages[-1].content ~ messages[0].content }}", "{{ messages[1].content }}",
        "{{ messages[0].content }}", "{{ messages[0].content ~ messages[0].content }}",
        "{% for m in messages %}{{ m.content ~ m.content }}{% endfor %}", "x"}) {
    EXPECT_THAT(Recognized(source).reward.message(), HasSubstr("exactly once, in this order"));
  }
}

TEST(ChatTemplate, HostileNestingIsRefused) {
  std::string blocks;
  for (int i = 0; i < 100000; ++i) blocks += "{% if tools %}";
  const auto nested = [](const std::string& open, const std::string& close) {
    std::string text = "{{ ";
    for (int i = 0; i < 30000; ++i) text += open;
    text += "messages";
    for (int i = 0; i < 30000; ++i) text += close;
    return text + " }}";
  };
  std::string lists =
      "{% set n = namespace(x=[]) %}{% for i in range(9999) %}{% set n.x = [n.x] %}";
  std::string macros = "{% macro f(a) %}{{ f(a) }}{% endmacro %}{{ f(1) }}";
  for (const std::string& source :
       {blocks, nested("(", ")"), nested("[", "]"), nested("not ", ""), nested("-", ""),
        nested("", "|trim"), nested("", ".x"), nested("", "[0]"), nested("1 + ", ""),
        nested("1 ~ ", ""), nested("1 if ", " else 1"), nested("x(", ")"), nested("", "()"),
        lists + "{% endfor %}", macros}) {
    EXPECT_FALSE(Recognized(source).judge.ok()) << source.substr(0, 40);
  }
}

// A few hundred bytes must not take gigabytes or minutes: texts and work are bounded.
TEST(ChatTemplate, TemplatesThatGrowWithoutBoundAreRefused) {
  const std::string large = "{%- set a = '" + std::string(500000, 'x') + "' %}";
  std::string doubled = "{%- set a = 'xx' %}";
  for (int i = 0; i < 34; ++i) doubled += "{%- set a = a + a %}";
  std::string summed = large;
  for (int i = 0; i < 10000; ++i) summed += "{%- set b = a ~ '' %}";
  const std::string loop = "{% for i in range(10000) %}";
  for (const std::string& source :
       {doubled, summed, large + "{{ a }}{{ a }}{{ a }}", large + loop + "{{ a }}{% endfor %}",
        large + loop + "{% set b %}{{ a }}{% endset %}{% endfor %}",
        large + "{{ a.replace('x', a) }}", large + "{{ range(9)|join(a) }}",
        large + loop + "{{ a == a ~ 'y' }}{% endfor %}"}) {
    EXPECT_THAT(Recognized(source).judge.message(), HasSubstr("more than 1048576 bytes"));
  }
  for (const std::string& source :
       {loop + loop + loop + "{% endfor %}{% endfor %}{% endfor %}",
        "{% macro f(a) %}" + loop + "{{ g() }}{% endfor %}{% endmacro %}{% macro g() %}" + loop +
            "{% endfor %}{% endmacro %}{{ f(1) }}",
        "{% set l = range(9000) %}" + loop + "{{ -1 in l }}{% endfor %}",
        "{% set l = range(9000) %}" + loop + "{% set m = l[::-1] %}{% endfor %}"}) {
    EXPECT_THAT(Recognized(source).judge.message(), HasSubstr("it takes too long"));
    if (gram::testing::kSlowBuild) break;  // each as long as a template may take
  }
  EXPECT_THAT(Recognized(std::string(2000000, 'x')).judge.message(),
              HasSubstr("it has 2000000 bytes; at most 1048576 are read"));
}

TEST(ChatTemplate, TruncatedTemplatesNeverCrash) {
  const std::string whole = Source("think-block");
  const format::ChatPieces pieces = Pieces(whole);
  const size_t last = whole.rfind("{%- endif %}");  // closes the last block
  for (size_t size = 0; size < last + 12; ++size) {
    EXPECT_NE(Recognized(whole.substr(0, size)).pieces, pieces) << size;
  }
}

}  // namespace
}  // namespace gram::tokenizer
