// How a file is explained: RowMapper::Explain.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/jobs/formats/map_text.h"

namespace gram::jobs {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

std::string Explain(const std::string& text, const MapperOptions& options = {}) {
  const auto mapped = MapText(text, options);
  return mapped.ok() ? mapped->explanation : mapped.status().message();
}

TEST(ExplainTest, TellsFormatFieldsTurnsAndTheFirstRow) {
  const std::string text =
      Explain(R"({"prompt":"What?","response_1":"first\nline","response_2":"b","extra":1,)"
              R"("preference_strength":-1,"id":"x"})");
  EXPECT_THAT(text, AllOf(HasSubstr("HelpSteer2 preferences (helpsteer2), JSON lines\n"),
                          HasSubstr("  id            id\n"), HasSubstr("  question      prompt\n"),
                          HasSubstr("  response1     response_1\n"),
                          HasSubstr("  label         preference_strength\n"),
                          HasSubstr("below 0: response 1 is better"), HasSubstr("join:"),
                          HasSubstr("  not used      extra\n")));
  EXPECT_THAT(text, AllOf(HasSubstr("id          \"x\"\n"), HasSubstr("\"What?\" (5 bytes)"),
                          HasSubstr("\"first\\nline\" (10 bytes)"),
                          HasSubstr("label       response 1 is better")));
}

TEST(ExplainTest, TellsTheTurnsPolicy) {
  const std::string row = R"({"prompt":"q","chosen":"c","rejected":"r"})";
  EXPECT_THAT(Explain(row), AllOf(HasSubstr("join:"), Not(HasSubstr("last:"))));
  EXPECT_THAT(Explain(row, LastTurn()), AllOf(HasSubstr("last:"), Not(HasSubstr("join:"))));
}

TEST(ExplainTest, CountsAListAndShowsSomeOfIt) {
  const std::string text = Explain(R"([{"prompt":"q","responses":["a","b","c","d","e","f"]}])");
  EXPECT_THAT(text, AllOf(HasSubstr("a JSON array"), HasSubstr("6 responses in all"),
                          HasSubstr("comparisons 15"), Not(HasSubstr("\"e\""))));
}

TEST(ExplainTest, TextsAreCutBetweenCharactersAndNeverControlATerminal) {
  std::string long_text;
  for (int i = 0; i < 60; ++i) long_text += "é";
  const std::string text =
      Explain("{\"prompt\":\"" + long_text + R"(","chosen":"\u001b[31mred\u0000","rejected":"r"})");
  EXPECT_THAT(text, AllOf(HasSubstr("é...\" (120 bytes)"), HasSubstr("\" [31mred \" (9 bytes)"),
                          Not(HasSubstr("\x1b"))));
}

TEST(ExplainTest, AFaultyFirstRowIsShownAsSuch) {
  EXPECT_THAT(Explain(R"({"chosen":"x","rejected":"y"})"),
              HasSubstr("error       bad_conversation"));
  EXPECT_THAT(Explain("nonsense\n"), HasSubstr("no JSON object"));
}

}  // namespace
}  // namespace gram::jobs
