// A text, label or context field of a row is used, refused by name, or ignored by the user.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "jobs/formats/field_roles.h"
#include "tests/jobs/formats/map_text.h"

namespace gram::jobs {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

// The texts of the last row, or why the file is refused.
std::string Mapped(const std::string& rows, const MapperOptions& options = {}) {
  const auto mapped = MapText(rows, options);
  return mapped.ok() ? Texts(mapped->rows.back()) : mapped.status().message();
}

MapperOptions Ignoring(const NameSet& names) {
  MapperOptions options;
  options.ignored = names;
  return options;
}

std::string PairWith(const std::string& members) {
  return R"({"prompt":"q","chosen":"c","rejected":"r",)" + members + "}";
}

TEST(NothingLostTest, AFieldThatMayHoldTheQuestionIsNotTheAnswersBeginning) {
  const std::string rows =
      R"({"id":"p1","problem":"What is 7 * 8?","chosen":"The answer is 56.","rejected":"The answer is 54."})"
      "\n"
      R"({"id":"p2","problem":"What is 2 + 2?","chosen":"The answer is 4.","rejected":"The answer is 5."})";
  EXPECT_THAT(Mapped(rows),
              AllOf(HasSubstr("row 1"), HasSubstr("\"problem\""),
                    HasSubstr("--map question=problem"), HasSubstr("--ignore problem")));
  EXPECT_EQ(Mapped(rows, WithMap("question=problem")),
            "What is 2 + 2?|The answer is 4.|The answer is 5.");
  EXPECT_EQ(Mapped(rows, Ignoring({"problem"})), "The answer is|4.|5.");
  // Whatever it is called, and however short it is.
  EXPECT_THAT(Mapped(R"({"x":"2+2?","chosen":"It is 4","rejected":"It is 5"})"),
              HasSubstr("\"x\""));
  EXPECT_THAT(
      Mapped(R"({"trajectory":[{"from":"human","value":"q"}],"chosen":"A b","rejected":"A c"})"),
      HasSubstr("\"trajectory\""));
  EXPECT_EQ(Mapped(R"({"source":"web","n":1,"chosen":"It is 4","rejected":"It is 5"})"),
            "It is|4|5");
}

TEST(NothingLostTest, SystemPromptsArePartOfTheQuestion) {
  EXPECT_EQ(Mapped(PairWith(R"("system":"Be a pirate.")")), "System: Be a pirate.\nUser: q|c|r");
  EXPECT_EQ(Mapped(PairWith(R"("system_prompt":"s")")), "System: s\nUser: q|c|r");
  EXPECT_EQ(Mapped(PairWith(R"("system":"")")), "q|c|r");
  EXPECT_EQ(Mapped(R"({"question":"q","responses":["a","b"],"system":"s"})"),
            "System: s\nUser: q|a|b");
  EXPECT_EQ(Mapped(R"({"chosen":"A b c","rejected":"A b d","system":"s"})"),
            "System: s\nUser: A b|c|d");
  EXPECT_EQ(
      Mapped(
          R"({"system":"s","chosen":[{"role":"user","content":"q"},{"role":"assistant","content":"c"}],)"
          R"("rejected":[{"role":"user","content":"q"},{"role":"assistant","content":"r"}]})"),
      "System: s\nUser: q|c|r");
  EXPECT_THAT(Mapped(PairWith(R"("persona":"A pirate")")), HasSubstr("--map system=persona"));
  EXPECT_EQ(Mapped(PairWith(R"("persona":"A pirate")"), WithMap("system=persona")),
            "System: A pirate\nUser: q|c|r");
}

TEST(NothingLostTest, ContextIsUsedOrRefused) {
  for (const char* name :
       {"background", "document", "reference", "reference_answer", "rubric", "options",
        "docs_passage", "userQuestion", "conversation", "chat_history", "solution", "image",
        "tools", "response_prefix", "prefill", "previous_steps", "answer", "partial_answer"}) {
    const std::string row = PairWith(std::string(1, '"').append(name).append(R"(":"x y")"));
    EXPECT_THAT(Mapped(row), AllOf(HasSubstr(std::string(name) + "\" ("),
                                   HasSubstr(std::string("--ignore ") + name)));
    EXPECT_EQ(Mapped(row, Ignoring({name})), "q|c|r") << name;
  }
  EXPECT_EQ(Mapped(PairWith(R"("background":"b")"), WithMap("question=background+prompt")),
            "b\nq|c|r");
  EXPECT_THAT(Mapped(PairWith(R"("context":"b")")), HasSubstr("--map question=context+prompt"));
  EXPECT_EQ(Mapped(PairWith(R"("context":"")")), "q|c|r");
  EXPECT_EQ(Mapped(R"({"instruction":"Add.","input":"2 + 2","response1":"a","response2":"b"})"),
            "Add.\n2 + 2|a|b");
  EXPECT_EQ(
      Mapped(R"({"instruction":"Add.","input":"2","output_1":"a","output_2":"b","preference":2})"),
      "Add.\n2|a|b");
}

TEST(NothingLostTest, AnswersBeginWithTheirPrefix) {
  EXPECT_EQ(
      Mapped(
          R"({"dataset":"d","prompt":"q","initial_reason_steps":"Step 1: x\nStep 2:",)"
          R"("chosen":" c","rejected":" r","full_chosen":" c.","full_rejected":" r.","answer":"14"})"),
      "q|Step 1: x\nStep 2: c|Step 1: x\nStep 2: r");
  EXPECT_EQ(Mapped(PairWith(R"("prefill":"Sure, ")"), WithMap("prefix=prefill")),
            "q|Sure, c|Sure, r");
}

TEST(NothingLostTest, MetadataAndWhatSaysNothingNewIsNoReasonToRefuse) {
  for (
      const char* members :
      {R"("source":"the web, some page of it","language":"en","model_a":"m","subset":"s")",
       R"("chosen_rationale":"It is better because it is.","judge_prompt":"Say which is better now.")",
       R"("chosen-rating":5,"rejected_model":"m","created_at":"2025-07-01 00:00:00","url":"a b c d e f g h i j")",
       R"("messages_count":3,"hard_prompt":true,"context":null,"documents":[],"question":"  ")",
       R"("original_question":"q","response":"c","conversation":[{"role":"user","content":"q"}])",
       R"("metadata":{"note":"a text of some length in words"},"turns":1,"title":"short")"}) {
    EXPECT_EQ(Mapped(PairWith(members)), "q|c|r") << members;
  }
  EXPECT_THAT(Mapped(PairWith(R"("whatever":"a text of some length in words")")),
              HasSubstr("\"whatever\" (a text)"));
}

TEST(NothingLostTest, AFieldOfSomeRowsIsAnErrorOfTheseRows) {
  std::string rows;
  for (int i = 0; i < 150; ++i)
    rows += R"({"prompt":"q","chosen":"c","rejected":"r"})"
            "\n";
  rows += PairWith(R"("background":"b")");
  const auto mapped = MapText(rows);
  ASSERT_TRUE(mapped.ok());
  EXPECT_EQ(Texts(mapped->rows[0]), "q|c|r");
  EXPECT_EQ(Texts(mapped->rows[150]), "error: unused_field");
}

TEST(NothingLostTest, OtherAnswersAreNotLeftOut) {
  EXPECT_THAT(
      Mapped(R"({"question":"q","response1":"a","response2":"b","chosen":"a","rejected":"b"})"),
      HasSubstr("\"chosen\""));
  EXPECT_THAT(
      Mapped(
          R"({"question_id":"1","prompt":"q","response_1":"a","response_2":"b","response_3":"c","winner":"model_a"})"),
      HasSubstr("\"response_3\""));
}

TEST(NothingLostTest, OpenAiToolsHaveToBeIgnoredByName) {
  const auto row = [](const std::string& tools) {
    return R"({"input":{"messages":[{"role":"user","content":"q"}],"tools":)" + tools +
           R"(},"preferred_output":[{"role":"assistant","content":"a"}],)"
           R"("non_preferred_output":[{"role":"assistant","content":"b"}]})";
  };
  EXPECT_EQ(Mapped(row("[]")), "q|a|b");
  EXPECT_THAT(Mapped(row(R"([{"function":{"name":"f"}}])")), HasSubstr("--ignore input.tools"));
  EXPECT_EQ(Mapped(row(R"([{"function":{"name":"f"}}])"), Ignoring({"input.tools"})), "q|a|b");
}

TEST(NothingLostTest, EveryFieldIsExplained) {
  MapperOptions options = Ignoring({"background"});
  const auto mapped = MapText(
      R"({"instruction":"q","output_1":"5","output_2":"4","label":2,"background":"x","n":1,)"
      R"("source":"s","original_question":"q","system":"","verdict":"what?"})",
      options);
  ASSERT_TRUE(mapped.ok()) << mapped.status().message();
  EXPECT_THAT(
      mapped->explanation,
      AllOf(HasSubstr("  label         label\n"), HasSubstr("  metadata      source\n"),
            HasSubstr("  repeated      original_question\n"), HasSubstr("  not used      n\n"),
            HasSubstr("  other label   verdict\n"), HasSubstr("  ignored       background\n"),
            HasSubstr("verdict: \"what?\""), HasSubstr("label       response 2 is better")));
}

TEST(FieldRolesTest, NamesAreReadByTheirWords) {
  EXPECT_EQ(RoleOf("systemPrompt"), FieldRole::kSystem);
  EXPECT_EQ(RoleOf("problem-statement"), FieldRole::kQuestion);
  EXPECT_EQ(RoleOf("prompt_id"), FieldRole::kMetadata);
  EXPECT_EQ(RoleOf("prompt_source"), FieldRole::kMetadata);
  EXPECT_EQ(RoleOf("response_0_harm_category"), FieldRole::kMetadata);
  EXPECT_EQ(RoleOf("is_response_0_safe"), FieldRole::kMetadata);
  EXPECT_EQ(RoleOf("response_12"), FieldRole::kAnswer);
  EXPECT_EQ(RoleOf("human_label"), FieldRole::kLabel);
  EXPECT_EQ(RoleOf("gold_answer"), FieldRole::kContext);
  EXPECT_EQ(RoleOf("zzz"), FieldRole::kUnknown);
  EXPECT_EQ(RoleOf(""), FieldRole::kUnknown);
  EXPECT_EQ(RoleOf("12"), FieldRole::kUnknown);
}

}  // namespace
}  // namespace gram::jobs
