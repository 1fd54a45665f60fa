// Conversations: roles, the question that one puts, and two that have to agree.
#include "jobs/formats/conversation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/jobs/formats/map_text.h"

namespace gram::jobs {
namespace {

using ::testing::HasSubstr;

// A message in JSON.
std::string M(const std::string& role, const std::string& content) {
  return R"({"role":")" + role + R"(","content":")" + content + "\"}";
}

std::string List(const std::string& elements) {
  std::string text(1, '[');
  return text.append(elements).append(1, ']');
}

std::string Implicit(const std::string& chosen, const std::string& rejected) {
  return "{\"chosen\":[" + chosen + "],\"rejected\":[" + rejected + "]}";
}

std::string Prompted(const std::string& prompt, const std::string& chosen,
                     const std::string& rejected) {
  return "{\"prompt\":" + prompt + ",\"chosen\":[" + chosen + "],\"rejected\":[" + rejected + "]}";
}

std::string Mapped(const std::string& row, const MapperOptions& options = {}) {
  const auto mapped = MapText(row, options);
  return mapped.ok() ? Texts(mapped->rows.at(0)) : mapped.status().message();
}

const std::string kLong =
    M("system", "s") + "," + M("user", "u1") + "," + M("assistant", "a1") + "," + M("user", "u2");

TEST(ConversationTest, TurnsAreJoinedOrTheLastIsTaken) {
  const std::string row =
      Implicit(kLong + "," + M("assistant", "c"), kLong + "," + M("assistant", "r"));
  EXPECT_EQ(Mapped(row), "System: s\nUser: u1\nAssistant: a1\nUser: u2|c|r");
  EXPECT_EQ(Mapped(row, LastTurn()), "u2|c|r");
}

TEST(ConversationTest, ALoneUserTurnStandsAsItIs) {
  const std::string row = Implicit(M("user", "u") + "," + M("assistant", "c"),
                                   M("user", "u") + "," + M("assistant", "r"));
  EXPECT_EQ(Mapped(row), "u|c|r");
  EXPECT_EQ(Mapped(row, LastTurn()), "u|c|r");
}

TEST(ConversationTest, SystemPromptsAreKeptByJoinAndDroppedByLast) {
  const std::string start = M("system", "s") + "," + M("user", "u") + ",";
  const std::string row = Implicit(start + M("assistant", "c"), start + M("assistant", "r"));
  EXPECT_EQ(Mapped(row), "System: s\nUser: u|c|r");
  EXPECT_EQ(Mapped(row, LastTurn()), "u|c|r");
}

TEST(ConversationTest, BothConversationsHaveToShareWhatComesBeforeTheAnswer) {
  const std::string asked = M("user", "u1") + ",";
  const auto rest = [](const std::string& earlier, const std::string& user,
                       const std::string& answer) {
    return M("assistant", earlier) + "," + M("user", user) + "," + M("assistant", answer);
  };
  const std::string other_answer =
      Implicit(asked + rest("x", "u2", "c"), asked + rest("y", "u2", "r"));
  EXPECT_EQ(Mapped(other_answer), "error: different_prompts");
  EXPECT_EQ(Mapped(other_answer, LastTurn()), "u2|c|r");
  const std::string other_user =
      Implicit(asked + rest("x", "u2", "c"), asked + rest("x", "u3", "r"));
  EXPECT_EQ(Mapped(other_user), "error: different_prompts");
  EXPECT_EQ(Mapped(other_user, LastTurn()), "error: different_prompts");
}

TEST(ConversationTest, TheLastTurnHasToBeTheAssistants) {
  EXPECT_EQ(Mapped(Implicit(M("user", "u"), M("user", "u") + "," + M("assistant", "r"))),
            "error: bad_conversation");
  const std::string hh =
      R"({"chosen":"\n\nHuman: q\n\nAssistant: c\n\nHuman: more","rejected":"\n\nHuman: q"})";
  EXPECT_EQ(Mapped(hh), "error: bad_conversation");
}

TEST(ConversationTest, APromptBesideWholeConversationsHasToBeInThem) {
  const std::string start = M("user", "u1") + ",";
  const std::string chosen = start + M("assistant", "c");
  const std::string rejected = start + M("assistant", "r");
  EXPECT_EQ(Mapped(Prompted(R"("u1")", chosen, rejected)), "u1|c|r");
  EXPECT_EQ(Mapped(Prompted(R"(" u1\n")", chosen, rejected)), "u1|c|r");
  EXPECT_EQ(Mapped(Prompted(R"("other")", chosen, rejected)), "error: different_prompts");
  EXPECT_EQ(Mapped(Prompted(List(M("user", "u1")), chosen, rejected)), "u1|c|r");
  EXPECT_EQ(Mapped(Prompted(List(M("user", "x")), chosen, rejected)), "error: different_prompts");
  EXPECT_EQ(Mapped(Prompted(List(M("system", "s")), chosen, rejected)), "System: s\nUser: u1|c|r");
  EXPECT_EQ(Mapped(Prompted(R"("other")", chosen, rejected),
                   WithMap("response1=chosen,response2=rejected,question=prompt")),
            "error: different_prompts");
}

TEST(ConversationTest, TurnsOfTheAnswersFollowThePrompt) {
  const std::string start = M("assistant", "a1") + "," + M("user", "u2") + ",";
  // These begin with the assistant's turn, so the prompt comes first.
  EXPECT_EQ(Mapped(Prompted(R"("u1")", M("assistant", "c"), M("assistant", "r"))), "u1|c|r");
  EXPECT_EQ(Mapped(Prompted(List(M("user", "u1")), start + M("assistant", "c"),
                            start + M("assistant", "r"))),
            "User: u1\nAssistant: a1\nUser: u2|c|r");
}

TEST(ConversationTest, RolesGoByManyNames) {
  for (const char* role : {"user", "human", "Human", "prompter"}) {
    EXPECT_EQ(Mapped(Prompted(List(M(role, "u")), M("gpt", "c"), M("ASSISTANT", "r"))), "u|c|r")
        << role;
  }
  EXPECT_EQ(Mapped(Prompted(List(M("narrator", "u")), M("gpt", "c"), M("gpt", "r"))),
            "error: bad_conversation");
  EXPECT_EQ(Mapped(Prompted(
                List(M("user", "u") + "," + M("function_call", "f") + "," + M("observation", "o")),
                M("gpt", "c"), M("gpt", "r"))),
            "User: u\nAssistant: f\nTool: o|c|r");
}

TEST(ConversationTest, ContentMayBeTextParts) {
  const std::string parts =
      R"([{"role":"user","content":[{"type":"text","text":"a"},{"type":"text","text":"b"}]}])";
  EXPECT_EQ(Mapped(Prompted(parts, M("gpt", "c"), M("gpt", "r"))), "ab|c|r");
  const std::string image =
      R"([{"role":"user","content":[{"type":"image","url":"x"},{"type":"text","text":"b"}]}])";
  EXPECT_EQ(Mapped(Prompted(image, M("gpt", "c"), M("gpt", "r"))), "error: wrong_type");
  const std::string null = R"([{"role":"user","content":null}])";
  EXPECT_EQ(Mapped(Prompted(null, M("gpt", "c"), M("gpt", "r"))), "error: wrong_type");
  const std::string twice = R"([{"role":"user","content":"a","content":"b"}])";
  EXPECT_EQ(Mapped(Prompted(twice, M("gpt", "c"), M("gpt", "r"))), "error: duplicate_field");
  const std::string mixed = List(M("user", "u") + ",\"text\"");
  EXPECT_EQ(Mapped(Prompted(mixed, M("gpt", "c"), M("gpt", "r"))), "error: wrong_type");
}

TEST(ConversationTest, ToolCallsArePartOfTheirMessage) {
  const auto call = [](const std::string& city, const std::string& content) {
    return R"({"role":"assistant",)" + content +
           R"("tool_calls":[{"id":"c","type":"function",)"
           R"("function":{"name":"weather","arguments":"{\"city\":\")" +
           city + R"(\"}"}}]})";
  };
  const std::string asked = M("user", "q");
  const std::string oslo = R"(Tool call: weather({"city":"Oslo"}))";
  for (const char* content : {"", "\"content\":null,", "\"content\":\"\","}) {
    EXPECT_EQ(Mapped(Prompted(List(asked), call("Oslo", content), call("Rome", content))),
              "q|" + oslo + "|" + R"(Tool call: weather({"city":"Rome"}))");
    const std::string earlier = asked + "," + call("Oslo", content) + "," + M("tool", "3 degrees");
    EXPECT_EQ(Mapped(Prompted(List(earlier), M("assistant", "c"), M("assistant", "r"))),
              "User: q\nAssistant: " + oslo + "\nTool: 3 degrees|c|r");
  }
  EXPECT_EQ(Mapped(Prompted(List(asked), call("Oslo", R"("content":"Let me see.",)"),
                            M("assistant", "r"))),
            "q|Let me see.\n" + oslo + "|r");
  const std::string old =
      R"({"role":"assistant","content":null,"function_call":{"name":"f","arguments":{"x":1}}})";
  EXPECT_EQ(Mapped(Prompted(List(asked), old, M("assistant", "r"))), "q|Tool call: f({\"x\":1})|r");
  const std::string nameless = R"({"role":"assistant","content":"","tool_calls":[{"id":"c"}]})";
  EXPECT_EQ(Mapped(Prompted(List(asked), nameless, M("assistant", "r"))), "error: wrong_type");
  const std::string none =
      R"({"role":"assistant","content":"c","tool_calls":[],"function_call":null})";
  EXPECT_EQ(Mapped(Prompted(List(asked), none, M("assistant", "r"))), "q|c|r");
}

TEST(ConversationTest, WhatAMessageHoldsBesideItsTextIsNotLost) {
  const auto with = [](const std::string& members) {
    return Prompted(List(M("user", "q")), R"({"role":"assistant","content":"c",)" + members + "}",
                    M("assistant", "r"));
  };
  EXPECT_EQ(Mapped(with(R"("name":"x","weight":1,"images":[],"reasoning_content":"")")), "q|c|r");
  EXPECT_THAT(Mapped(with(R"("reasoning_content":"Hm.")")),
              HasSubstr("--ignore reasoning_content"));
  MapperOptions options;
  options.ignored = {"reasoning_content"};
  EXPECT_EQ(Mapped(with(R"("reasoning_content":"Hm.")"), options), "q|c|r");
  EXPECT_EQ(Mapped(with(R"("images":["x.png"])")), "error: wrong_type");
  const std::string part =
      R"([{"role":"user","content":[{"type":"text","text":"a","image":"x.png"}]}])";
  EXPECT_EQ(Mapped(Prompted(part, M("gpt", "c"), M("gpt", "r"))), "error: wrong_type");
  const std::string refusal = R"({"role":"assistant","content":null,"refusal":"No."})";
  EXPECT_EQ(Mapped(Prompted(List(M("user", "q")), refusal, M("assistant", "r"))), "q|No.|r");
}

TEST(ConversationTest, ArenaConversationsEndWithTheRoundThatWasJudged) {
  const auto conversation = [](const std::string& who) {
    return List(M("user", "u1") + "," + M("assistant", who + "1") + "," + M("user", "u2") + "," +
                M("assistant", who + "2"));
  };
  const auto row = [&](const std::string& turn) {
    return "{\"conversation_a\":" + conversation("a") + ",\"conversation_b\":" + conversation("b") +
           ",\"winner\":\"model_a\",\"turn\":" + turn + "}";
  };
  EXPECT_EQ(Mapped(row("1")), "u1|a1|b1");
  EXPECT_EQ(Mapped(row("2")), "error: different_prompts");
  EXPECT_EQ(Mapped(row("2"), LastTurn()), "u2|a2|b2");
  EXPECT_EQ(Mapped(row("3")), "error: bad_conversation");
  EXPECT_EQ(Mapped(row("-1")), "error: wrong_type");
  EXPECT_EQ(Mapped(row("null"), LastTurn()), "u2|a2|b2");
}

TEST(ConversationTest, AStringThatLooksLikeMessagesIsAString) {
  EXPECT_EQ(Mapped(R"({"prompt":"[{\"role\":\"user\"}]","chosen":"[\"c\"]","rejected":"r"})"),
            R"([{"role":"user"}]|["c"]|r)");
}

TEST(TranscriptTest, HistoriesOfHhRlhf) {
  const std::string start = R"(\n\nHuman: u1\n\nAssistant: a1\n\nHuman: u2\n\nAssistant:)";
  const std::string row =
      "{\"chosen\":\"" + start + " c\\n\\nstill c\",\"rejected\":\"" + start + "\"}";
  EXPECT_EQ(Mapped(row), "User: u1\nAssistant: a1\nUser: u2|c\n\nstill c|");
  const std::string good =
      "{\"chosen\":\"" + start + " c\\n\\nstill c\",\"rejected\":\"" + start + "  r \"}";
  EXPECT_EQ(Mapped(good), "User: u1\nAssistant: a1\nUser: u2|c\n\nstill c| r ");
  EXPECT_EQ(Mapped(good, LastTurn()), "u2|c\n\nstill c| r ");
}

TEST(SharedBeginningTest, IsCutAtATurnMarkOrAWord) {
  const auto split = [](const std::string& chosen, const std::string& rejected) {
    return Mapped("{\"chosen\":\"" + chosen + "\",\"rejected\":\"" + rejected + "\"}");
  };
  EXPECT_EQ(split("Q: 2+2? The answer is 4", "Q: 2+2? The answer is 5"),
            "Q: 2+2? The answer is|4|5");
  EXPECT_EQ(split("User: q\\nAssistant: The one", "User: q\\nAssistant: The other"),
            "User: q|The one|The other");
  EXPECT_EQ(split("<|im_start|>user\\nq<|im_end|>\\n<|im_start|>assistant\\nyes",
                  "<|im_start|>user\\nq<|im_end|>\\n<|im_start|>assistant\\nyeah"),
            "<|im_start|>user\nq<|im_end|>|yes|yeah");
  EXPECT_EQ(split("q a", "q a b"), "q|a|a b");
  EXPECT_EQ(split("é1 x", "é2 x"), "error: bad_conversation");
  EXPECT_EQ(split("", ""), "error: bad_conversation");
  EXPECT_EQ(split(" a", " b"), "error: bad_conversation");
}

}  // namespace
}  // namespace gram::jobs
