// One odd row does not decide what a file is.
#include "jobs/formats/file_format.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/jobs/formats/map_text.h"

namespace gram::jobs {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr const char* kGood = R"({"prompt":"q","chosen":"The c","rejected":"The r"})"
                              "\n";

std::string Refusal(const std::string& text) {
  const auto mapped = MapText(text);
  return mapped.ok() ? "" : mapped.status().message();
}

TEST(FileFormatTest, ANullInTheFirstRowIsAnErrorOfThatRow) {
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

TEST(FileFormatTest, TheMostRowsDecide) {
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

TEST(FileFormatTest, WhatIsNoJsonIsToldAtOnce) {
  EXPECT_THAT(Refusal("id,prompt,chosen,rejected\n1,2+2?,4,5\n"), HasSubstr("is CSV"));
  EXPECT_THAT(Refusal("id\tprompt\n1\t2\n"), HasSubstr("is TSV"));
  const std::string row = R"({"prompt":"q","chosen":"c","rejected":"r"})";
  EXPECT_THAT(Refusal(row + ",\n" + row + ",\n"), HasSubstr("comma behind each object"));
  EXPECT_THAT(Refusal("{ \"prompt\": \"q\",\n  \"chosen\": \"c\"\n}\n"),
              HasSubstr("several lines"));
}

TEST(FileFormatTest, LongListsOfNumberedAnswersTakeNoLongerThanTheyAre) {
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

}  // namespace
}  // namespace gram::jobs
