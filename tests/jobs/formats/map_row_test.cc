// Rows mapped alone, as they are held in memory: by the names of their fields, by a format that is
// given, and lists.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "jobs/formats/row_mapper.h"
#include "tests/jobs/formats/map_text.h"

namespace gram::jobs {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

RowMapper MapperOf(const std::string& format) {
  MapperOptions options;
  options.format = format;
  return RowMapper(NamedFormat(options).value());
}

InputRow Map(std::string line) {
  return MapperOf("generic").Map({0, 5, 5, std::move(line), std::nullopt});
}

// The three texts, or the error's code.
std::string Texts(const std::string& line) {
  const InputRow row = Map(line);
  if (row.error) return row.error->code;
  return row.question + "|" + row.responses.at(0) + "|" + row.responses.at(1);
}

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
  EXPECT_EQ(Texts(R"({"question":"q","":"a"})"), "missing_field");
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

TEST(RowInMemoryTest, AFormatThatIsNamedNeedsNoSample) {
  const InputRow pair = MapperOf("hh-rlhf").MapText(
      R"({"chosen":"\n\nHuman: q\n\nAssistant: c","rejected":"\n\nHuman: q\n\nAssistant: r"})");
  EXPECT_EQ(Texts(pair), "q|c|r");
  EXPECT_EQ(Labels(pair), "1");
  EXPECT_EQ(pair.format, "hh-rlhf");
  EXPECT_EQ(pair.id_json, "1");
  const InputRow list =
      MapperOf("best-of-n").MapText(R"({"prompt":"q","responses":["a","b","c"],"scores":[1,3,2]})");
  EXPECT_EQ(Texts(list), "q|a|b|c");
  EXPECT_EQ(Labels(list), "221");
  EXPECT_EQ(Texts(MapperOf("best-of-n").MapText("nonsense")), "error: invalid_json");
}

TEST(RowInMemoryTest, FieldsMayBeNamedInPlaceOfAFormat) {
  RowMapper mapper(NamedFormat(WithMap("question=x,response1=y,response2=z")).value());
  RowMapper moved = std::move(mapper);  // the names that it refers to come with it
  EXPECT_EQ(moved.FormatName(0), "mapped");
  EXPECT_EQ(Texts(moved.MapText(R"({"x":"q","y":"a","z":"b"})")), "q|a|b");
  EXPECT_EQ(Texts(moved.MapText(R"({"question":"q","y":"a","z":"b"})")), "error: missing_field");
}

TEST(RowInMemoryTest, WithoutEitherFieldsGoByTheirCommonNames) {
  RowMapper mapper(NamedFormat({}).value());
  EXPECT_EQ(mapper.FormatName(0), "generic");
  EXPECT_EQ(Texts(mapper.MapText(R"({"prompt":"q","chosen":"c","rejected":"r"})")), "q|c|r");
  MapperOptions unknown;
  unknown.format = "nonsense";
  EXPECT_EQ(NamedFormat(unknown).status().code(), StatusCode::kInvalidArgument);
  MapperOptions useless;
  useless.format = "trl-unpaired";
  EXPECT_THAT(NamedFormat(useless).status().message(), HasSubstr("two answers"));
}

TEST(ListRowTest, BadListsAreErrors) {
  const auto text = [](const std::string& row) { return Texts(MapText(row)->rows.at(0)); };
  EXPECT_EQ(text(R"({"prompt":"q","responses":["a"]})"), "error: too_few");
  EXPECT_EQ(text(R"({"prompt":"q","responses":["a",1]})"), "error: wrong_type");
  EXPECT_EQ(text(R"({"prompt":"q","responses":["a","b"],"scores":[1]})"), "error: wrong_length");
  EXPECT_EQ(text(R"({"prompt":"q","chosen":["a"],"rejected":["b"],"num_correct":2})"),
            "error: wrong_length");
  const auto gap = MapText(
      R"({"prompt":"q","response_1":"a","response_2":"b","scores":[1,2]})"
      "\n"
      R"({"prompt":"q","response_1":"a","response_2":"b","response_4":"d","scores":[1,2,3]})");
  EXPECT_EQ(Texts(gap->rows.at(0)), "q|a|b");
  EXPECT_EQ(Texts(gap->rows.at(1)), "error: missing_field");
}

std::string ManyAnswers(int count) {
  std::string text = R"({"prompt":"q","responses":[)";
  for (int i = 0; i < count; ++i) text += (i > 0 ? ",\"a" : "\"a") + std::to_string(i) + "\"";
  return text + "]}";
}

TEST(ListRowTest, AListMakesEveryComparisonUpToALimit) {
  const auto most = MapText(ManyAnswers(64));
  EXPECT_EQ(most->rows.at(0).comparisons.size(), 2016u);
  const auto more = MapText(ManyAnswers(65));
  ASSERT_EQ(Texts(more->rows.at(0)), "error: too_many");
  EXPECT_THAT(more->rows.at(0).error->message, HasSubstr("gram-cpu rank"));
  MapperOptions ranking;
  ranking.comparisons = false;
  const auto ranked = MapText(ManyAnswers(65), ranking);
  EXPECT_EQ(ranked->rows.at(0).responses.size(), 65u);
  EXPECT_TRUE(ranked->rows.at(0).comparisons.empty());
}

TEST(ListRowTest, RmBenchGoesThroughItsMatrixRowByRow) {
  const auto mapped = MapText(
      R"({"prompt":"q","chosen":["c0","c1","c2"],"rejected":["r0","r1","r2"],"domain":"math"})");
  const InputRow& row = mapped->rows.at(0);
  ASSERT_EQ(row.comparisons.size(), 9u);
  for (size_t i = 0; i < 9; ++i) {
    EXPECT_EQ(row.comparisons[i].first, i / 3);
    EXPECT_EQ(row.comparisons[i].second, 3 + i % 3);
  }
  EXPECT_EQ(row.names[5], "rejected.2");
  EXPECT_EQ(row.quality, (std::vector<double>{1, 1, 1, 0, 0, 0}));
  EXPECT_EQ(row.PairOf(row.comparisons[5]).response2, "r2");
}

}  // namespace
}  // namespace gram::jobs
