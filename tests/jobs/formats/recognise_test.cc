// What a file or a list of rows is recognised as, and what is refused.
#include "jobs/formats/recognise.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/jobs/formats/map_text.h"

namespace gram::jobs {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr const char* kGood = R"({"prompt":"q","chosen":"The c","rejected":"The r"})"
                              "\n";

std::string Refusal(const std::string& text, const MapperOptions& options = {}) {
  const Result<MappedText> mapped = MapText(text, options);
  return mapped.ok() ? "" : mapped.status().message();
}

TEST(RecogniseTest, ANullInTheFirstRowIsAnErrorOfThatRow) {
  for (const char* first : {R"({"prompt":null,"chosen":"The c","rejected":"The r"})",
                            R"({"prompt":"q","chosen":null,"rejected":"r"})",
                            R"({"prompt":"q","chosen":"c","rejected":null})"}) {
    const auto mapped = MapText(std::string(first) + "\n" + kGood);
    ASSERT_TRUE(mapped.ok()) << mapped.status().message();
    EXPECT_EQ(mapped->format, "generic");
    EXPECT_EQ(Texts(mapped->rows[0]), "error: wrong_type");
    EXPECT_THAT(mapped->rows[0].error->message, HasSubstr("is null"));
    EXPECT_EQ(Texts(mapped->rows[1]), "q|The c|The r");
  }
  // Alone, it is that row's error still.
  const auto alone = MapText(R"({"prompt":null,"chosen":"The c","rejected":"The r"})");
  ASSERT_TRUE(alone.ok()) << alone.status().message();
  EXPECT_EQ(Texts(alone->rows[0]), "error: wrong_type");
}

TEST(RecogniseTest, TheMostRowsDecide) {
  const std::string implicit = R"({"chosen":"A b c","rejected":"A b d"})"
                               "\n";
  const auto mapped = MapText(implicit + kGood + kGood);
  ASSERT_TRUE(mapped.ok());
  EXPECT_EQ(mapped->format, "generic");
  EXPECT_EQ(Texts(mapped->rows[0]), "error: other_format");
  EXPECT_EQ(Texts(mapped->rows[2]), "q|The c|The r");
  const auto header = MapText(std::string("{\"version\":1}\n") + kGood);
  ASSERT_TRUE(header.ok());
  EXPECT_EQ(Texts(header->rows[0]), "error: missing_field");
  EXPECT_EQ(Texts(header->rows[1]), "q|The c|The r");
}

TEST(RecogniseTest, WhatIsNoJsonIsToldAtOnce) {
  EXPECT_THAT(Refusal("id,prompt,chosen,rejected\n1,2+2?,4,5\n"), HasSubstr("is CSV"));
  EXPECT_THAT(Refusal("id\tprompt\n1\t2\n"), HasSubstr("is TSV"));
  const std::string row = R"({"prompt":"q","chosen":"c","rejected":"r"})";
  EXPECT_THAT(Refusal(row + ",\n" + row + ",\n"), HasSubstr("comma after each object"));
  EXPECT_THAT(Refusal("{ \"prompt\": \"q\",\n  \"chosen\": \"c\"\n}\n"),
              HasSubstr("several lines"));
}

TEST(RecogniseTest, LongListsOfNumberedAnswersTakeNoLongerThanTheyAre) {
  std::string row = R"({"prompt":"q","scores":[)";
  constexpr int kAnswers = 60000;
  for (int i = 0; i < kAnswers; ++i) row += i > 0 ? ",1" : "1";
  row += "]";
  for (int i = kAnswers; i > 0; --i) row += ",\"response_" + std::to_string(i) + "\":\"a\"";
  row += "}";
  MapperOptions options;
  options.comparisons = false;
  const auto mapped = MapText(row, options);
  ASSERT_TRUE(mapped.ok()) << mapped.status().message();
  EXPECT_EQ(mapped->rows[0].responses.size(), size_t{kAnswers});
}

TEST(RecogniseTest, UnknownAndAmbiguousFormatsShowTheirFields) {
  EXPECT_THAT(Refusal(R"({"text":"x","n":1,"l":[]})"),
              AllOf(HasSubstr("row 1"), HasSubstr("no known format"), HasSubstr("text (a string)"),
                    HasSubstr("n (a number)"), HasSubstr("l (an array)"), HasSubstr("--map")));
  EXPECT_THAT(Refusal(R"({"prompt":"p","question":"q","chosen":"a","rejected":"b"})"),
              AllOf(HasSubstr("more than one field could be the question"),
                    HasSubstr("prompt (a string)"), HasSubstr("rejected (a string)")));
  EXPECT_THAT(Refusal(R"({"prompt":"q","response_0":"a","response_1":"b","response_2":"c"})"),
              HasSubstr("more than one field could be an answer"));
  EXPECT_THAT(Refusal(R"({"prompt":"q","responses":["a","b"],"outputs":["c","d"]})"),
              HasSubstr("\"responses\", \"outputs\""));
  EXPECT_THAT(Refusal(R"({"prompt":"q","query":"q","responses":["a","b"]})"),
              HasSubstr("\"prompt\", \"query\""));
  EXPECT_THAT(Refusal("{}"), HasSubstr("it has no fields"));
}

TEST(RecogniseTest, UnpairedPreferencesAreRefusedWithTheReason) {
  EXPECT_THAT(Refusal(R"({"prompt":"q","completion":"a","label":true})"),
              AllOf(HasSubstr("TRL unpaired"), HasSubstr("two answers")));
}

TEST(RecogniseTest, BadRowsBeforeTheFirstObjectAreRows) {
  const auto mapped = MapText(
      "not json\n[1]\n"
      R"({"prompt":"q","response_1":"a","response_2":"b",)"
      R"("preference_strength":1})"
      "\n");
  ASSERT_TRUE(mapped.ok()) << mapped.status().message();
  EXPECT_EQ(mapped->format, "helpsteer2");
  ASSERT_EQ(mapped->rows.size(), 3u);
  EXPECT_EQ(Texts(mapped->rows[0]), "error: invalid_json");
  EXPECT_EQ(Texts(mapped->rows[1]), "error: wrong_type");
  EXPECT_EQ(Texts(mapped->rows[2]), "q|a|b");
}

TEST(RecogniseTest, RowsWithoutAnObjectAreRowErrorsUnlessThereAreMany) {
  const auto mapped = MapText("not json\n");
  ASSERT_TRUE(mapped.ok());
  EXPECT_EQ(mapped->format, "");
  EXPECT_EQ(Texts(mapped->rows.at(0)), "error: invalid_json");
  std::string noise;
  for (int i = 0; i < 1001; ++i) noise += "noise\n";
  EXPECT_THAT(Refusal(noise), HasSubstr("no JSON object in its first rows"));
}

TEST(RecogniseTest, RowsThatDoNotFitTheirFileAreErrors) {
  const std::string first =
      R"({"prompt":"q","response_1":"a","response_2":"b","preference_strength":1})"
      "\n";
  const auto second = [&](const std::string& row) {
    const auto mapped = MapText(first + row);
    return mapped.ok() ? Texts(mapped->rows.at(1)) : mapped.status().message();
  };
  EXPECT_EQ(second(R"({"prompt":"q","response_1":"a","response_2":"b"})"), "q|a|b");
  EXPECT_EQ(second(R"({"prompt":"q","response_1":"a"})"), "error: missing_field");
  EXPECT_EQ(second(R"({"prompt":"q","response_1":"a","response_2":null})"), "error: missing_field");
  EXPECT_EQ(second(R"({"prompt":"q","response_1":"a","response_2":["b"]})"), "error: wrong_type");
  EXPECT_EQ(second(R"({"question":"q","response1":"a","response2":"b"})"), "error: missing_field");
  const auto other = MapText(R"({"chosen":"a b c","rejected":"a b d"})"
                             "\n"
                             R"({"prompt":"q","chosen":"a","rejected":"b"})");
  EXPECT_EQ(Texts(other->rows.at(1)), "error: other_format");
  const auto encoded = MapText(
      R"({"prompt":"q","chosen":"a","rejected":"b"})"
      "\n"
      R"({"prompt":"[\"q\"]","response_a":"[\"a\"]","response_b":"[\"b\"]","winner_model_a":1,)"
      R"("winner_model_b":0,"winner_tie":0})");
  EXPECT_EQ(Texts(encoded->rows.at(1)), "error: other_format");
}

TEST(RecogniseTest, RowsInMemoryAreEnough) {
  const std::vector<std::string> rows = {
      R"({"prompt":"q1","response_1":"a","response_2":"b","preference_strength":-1})",
      R"({"prompt":"q2","response_1":"c","response_2":"d","preference_strength":2})"};
  const Result<FileFormat> format = RecogniseRows(rows, {}, "the list");
  ASSERT_TRUE(format.ok()) << format.status().message();
  EXPECT_EQ(format->name, "helpsteer2");
  ASSERT_TRUE(format->head);
  EXPECT_EQ(format->head->text, rows[0]);
  RowMapper mapper(*format);
  EXPECT_EQ(Texts(mapper.MapText(rows[0])), "q1|a|b");
  EXPECT_EQ(Labels(mapper.MapText(rows[1])), "2");
  EXPECT_EQ(Texts(mapper.MapText(R"({"question":"q","response1":"a","response2":"b"})")),
            "error: missing_field");
}

TEST(RecogniseTest, RowsInMemoryAreRefusedAsThoseOfFilesAre) {
  const auto refusal = [](const std::vector<std::string>& rows, const MapperOptions& options = {}) {
    return RecogniseRows(rows, options, "the list").status().message();
  };
  EXPECT_THAT(refusal({"{\"text\":\"x\"}"}),
              AllOf(HasSubstr("the list row 1"), HasSubstr("no known format")));
  EXPECT_THAT(refusal({"noise", R"({"prompt":"q","completion":"a","label":true})"}),
              AllOf(HasSubstr("the list row 2"), HasSubstr("TRL unpaired")));
  EXPECT_THAT(refusal({"id,prompt,chosen", "1,2,3"}), HasSubstr("the list is CSV"));
  MapperOptions unknown;
  unknown.format = "nonsense";
  EXPECT_THAT(refusal({kGood}, unknown), HasSubstr("there is no format nonsense"));
  const Result<FileFormat> nothing = RecogniseRows({}, {}, "the list");
  ASSERT_TRUE(nothing.ok());
  EXPECT_EQ(nothing->name, "");
}

}  // namespace
}  // namespace gram::jobs
