// Rows whose fields go by alias names.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "jobs/formats/row_mapper.h"

namespace gram::jobs {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

InputRow Map(std::string line) {
  Result<RowSource> source = RowSource::Open({"/dev/null"});
  MapperOptions options;
  options.format = "generic";
  return RowMapper::Make(options, *source)->Map({0, 5, 5, std::move(line), std::nullopt});
}

// The three texts, or the error's code.
std::string Texts(const std::string& line) {
  const InputRow row = Map(line);
  if (row.error) return row.error->code;
  return row.question + "|" + row.responses.at(0) + "|" + row.responses.at(1);
}

Label LabelOf(const std::string& line) { return Map(line).comparisons.at(0).label; }

TEST(InputRowTest, CanonicalNames) {
  const InputRow row = Map(R"({"id":"x","question":"q","response1":"a","response2":""})");
  ASSERT_FALSE(row.error);
  EXPECT_EQ(row.number, 5);
  EXPECT_EQ(row.id_json, "\"x\"");
  EXPECT_EQ(row.question, "q");
  EXPECT_EQ(row.responses.at(0), "a");
  EXPECT_EQ(row.responses.at(1), "");
  EXPECT_EQ(row.comparisons.at(0).label, Label::kNone);
}

TEST(InputRowTest, QuestionAliases) {
  for (const char* name : {"question", "prompt", "instruction", "query", "input", "context",
                           "history", "user_input", "messages"}) {
    EXPECT_EQ(Texts("{\"" + std::string(name) + R"(":"q","response1":"a","response2":"b"})"),
              "q|a|b")
        << name;
  }
}

TEST(InputRowTest, AnswerAliases) {
  const std::pair<const char*, const char*> kNames[] = {
      {"response_a", "response_b"},   {"response_A", "response_B"},
      {"answer_a", "answer_b"},       {"response_1", "response_2"},
      {"response_0", "response_1"},   {"output_1", "output_2"},
      {"chosen", "rejected"},         {"completion_a", "completion_b"},
      {"accepted", "rejected"},       {"preferred", "dispreferred"},
      {"human_ref_A", "human_ref_B"}, {"winner_response", "loser_response"}};
  for (const auto& [first, second] : kNames) {
    EXPECT_EQ(Texts("{\"prompt\":\"q\",\"" + std::string(second) + "\":\"b\",\"" +
                    std::string(first) + "\":\"a\"}"),
              "q|a|b")
        << first;
  }
}

TEST(InputRowTest, ExtraFieldsAndNullsAreIgnored) {
  EXPECT_EQ(Texts(R"({"prompt":null,"question":"q","chosen":null,"response1":"a","response2":"b",
                      "meta":{"x":[1]},"score":1})"),
            "q|a|b");
}

TEST(InputRowTest, AmbiguousFieldsAreNamed) {
  const InputRow row = Map(R"({"prompt":"p","question":"q","chosen":"a","rejected":"b"})");
  ASSERT_TRUE(row.error);
  EXPECT_EQ(row.error->code, "ambiguous_fields");
  EXPECT_THAT(row.error->message, AllOf(HasSubstr("\"question\""), HasSubstr("\"prompt\"")));
  EXPECT_EQ(
      Texts(R"({"prompt":"q","chosen":"a","rejected":"b","response_a":"c","response_b":"d"})"),
      "ambiguous_fields");
  EXPECT_EQ(Texts(R"({"prompt":"q","response_0":"a","response_1":"b","response_2":"c"})"),
            "ambiguous_fields");
  EXPECT_EQ(Texts(R"({"prompt":"q","chosen":"a","accepted":"b","rejected":"c"})"),
            "ambiguous_fields");
}

TEST(InputRowTest, CanonicalNamesWin) {
  EXPECT_EQ(Texts(R"({"prompt":"p","chosen":"c","rejected":"r",
                      "question":"q","response1":"a","response2":"b"})"),
            "unused_field");
  EXPECT_EQ(Texts(R"({"prompt":"q","history":null,
                      "question":"q","response1":"a","response2":"b"})"),
            "q|a|b");
}

TEST(InputRowTest, MissingFieldsAreNamed) {
  EXPECT_THAT(Map(R"({"response1":"a","response2":"b"})").error->message,
              HasSubstr("\"question\""));
  EXPECT_THAT(Map(R"({"question":"q","response1":"a"})").error->message,
              HasSubstr("\"response2\""));
  EXPECT_THAT(Map(R"({"question":"q","rejected":"a"})").error->message, HasSubstr("\"chosen\""));
  EXPECT_EQ(Texts(R"({"question":"q"})"), "missing_field");
  EXPECT_EQ(Texts("{}"), "missing_field");
}

TEST(InputRowTest, WrongTypesAreNamed) {
  const InputRow row = Map(R"({"question":["q"],"response1":"a","response2":"b"})");
  ASSERT_TRUE(row.error);
  EXPECT_EQ(row.error->code, "wrong_type");
  EXPECT_EQ(row.error->message,
            "field \"question\" is an array; expected a string or messages (role and content)");
  EXPECT_EQ(Texts(R"({"question":"q","response1":1,"response2":"b"})"), "wrong_type");
  EXPECT_EQ(Texts(R"({"question":null,"response1":"a","response2":"b"})"), "wrong_type");
  EXPECT_EQ(Texts(R"({"question":"q","response1":"a","response2":null})"), "wrong_type");
  EXPECT_EQ(Texts(R"({"id":{},"question":"q","response1":"a","response2":"b"})"), "wrong_type");
}

TEST(InputRowTest, IdsAreKeptAsTheyStand) {
  for (const char* id : {"123456789012345678901234567890", "1.0", "1e3", "-0", "\"a\\u00e9\\/\"",
                         "\"\"", "true", "\"é\""}) {
    EXPECT_EQ(Map("{\"pair_id\": " + std::string(id) + " }").id_json, id);
  }
  EXPECT_EQ(Map(R"({"uid":1,"id":2})").id_json, "2");
  EXPECT_EQ(Map(R"({"id":null})").id_json, "5");
  EXPECT_EQ(Map("not json").id_json, "5");
}

TEST(LabelTest, ClearLabelsAreRead) {
  const std::string row = R"({"question":"q","response_A":"a","response_B":"b",)";
  EXPECT_EQ(LabelOf(row + R"("label":"A>B"})"), Label::kResponse1);
  EXPECT_EQ(LabelOf(row + R"("label":"B>A"})"), Label::kResponse2);
  EXPECT_EQ(LabelOf(row + R"("label":1})"), Label::kResponse1);
  EXPECT_EQ(LabelOf(row + R"("preference":2})"), Label::kResponse2);
  EXPECT_EQ(LabelOf(row + R"("winner":"model_b"})"), Label::kResponse2);
  EXPECT_EQ(LabelOf(row + R"_("winner":"tie (bothbad)"})_"), Label::kTie);
  EXPECT_EQ(LabelOf(row + R"("winner":"A","label":"A>B"})"), Label::kResponse1);
}

TEST(LabelTest, UnclearLabelsAreNotGuessed) {
  const std::string row = R"({"question":"q","response_A":"a","response_B":"b",)";
  for (const char* label :
       {R"("label":0)", R"("label":1.5)", R"("label":true)", R"("label":"c")", R"("label":[1])",
        R"("label":null)", R"("overall_preference":-2)", R"("labels":1)",
        R"("better_response_id":1)", R"("label":"A>B","winner":"B")"}) {
    EXPECT_EQ(LabelOf(row + label + "}"), Label::kNone) << label;
  }
}

TEST(LabelTest, NumbersFollowTheNamingOfTheAnswers) {
  const std::string zero = R"({"prompt":"q","response_0":"a","response_1":"b",)";
  EXPECT_EQ(LabelOf(zero + R"("better_response_id":1})"), Label::kResponse2);
  EXPECT_EQ(LabelOf(zero + R"("better_response_id":0})"), Label::kResponse1);
  EXPECT_EQ(LabelOf(zero + R"("label":1})"), Label::kNone);
  const std::string shp = R"({"history":"q","human_ref_A":"a","human_ref_B":"b",)";
  EXPECT_EQ(LabelOf(shp + R"("labels":1})"), Label::kResponse1);
  EXPECT_EQ(LabelOf(shp + R"("labels":0})"), Label::kResponse2);
  EXPECT_EQ(LabelOf(R"({"prompt":"q","chosen":"a","rejected":"b"})"), Label::kResponse1);
}

}  // namespace
}  // namespace gram::jobs
