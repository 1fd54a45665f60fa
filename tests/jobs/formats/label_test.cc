// What label values mean, and that those that are not understood do not vanish.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/jobs/formats/map_text.h"

namespace gram::jobs {
namespace {

// "LABELS" or "LABELS field=value" of what was not understood.
std::string Read(const std::string& row, const MapperOptions& options = {}) {
  const auto mapped = MapText(row, options);
  if (!mapped.ok()) return mapped.status().message();
  const InputRow& last = mapped->rows.back();
  if (last.error) return last.error->code;
  std::string text = Labels(last);
  for (const UnreadLabel& label : last.unread_labels) text += " " + label.field + "=" + label.value;
  return text;
}

std::string Pku(const std::string& value) {
  return Read(R"({"prompt":"q","response_0":"a","response_1":"b","better_response_id":)" + value +
              "}");
}

std::string Generic(const std::string& value) {
  return Read(R"({"prompt":"q","response_a":"a","response_b":"b","label":)" + value + "}");
}

std::string InQuotes(const char* word) {
  std::string text(1, '"');
  return text.append(word).append(1, '"');
}

TEST(LabelValuesTest, NumbersMayBeFloatsOrStrings) {
  for (const char* one : {"1", "1.0", "\"1\"", "\" 1.0 \"", "1e0", "\"response_1\""}) {
    EXPECT_EQ(Pku(one), "2") << one;
  }
  for (const char* zero : {"0", "0.0", "-0.0", "\"0\"", "\"response_0\""})
    EXPECT_EQ(Pku(zero), "1");
  EXPECT_EQ(Pku("null"), "-");
  EXPECT_EQ(Pku("\"\""), "-");
  EXPECT_EQ(Pku("2"), "- better_response_id=2");
  EXPECT_EQ(Pku("0.5"), "- better_response_id=0.5");
  EXPECT_EQ(Pku("true"), "- better_response_id=true");
  EXPECT_EQ(Pku("NaN"), "- better_response_id=NaN");
  EXPECT_EQ(Pku("[1]"), "- better_response_id=[1]");
  EXPECT_EQ(Generic("1.0"), "1");
  EXPECT_EQ(Generic("\"2\""), "2");
  EXPECT_EQ(Generic("0"), "- label=0");
}

TEST(LabelValuesTest, WordsInManySpellings) {
  for (const char* first : {"A", "a", "A>B", "A >> B", "[[A]]", "model_a", "Model A", "response_a",
                            "assistant_a", "first", "Response 1"}) {
    EXPECT_EQ(Generic(InQuotes(first)), "1") << first;
  }
  for (const char* second : {"B", "b>a", "model_b", "second", "answer 2", "right"}) {
    EXPECT_EQ(Generic(InQuotes(second)), "2") << second;
  }
  for (const char* tie : {"Tie", "both_bad", "bothbad", "tie (bothbad)", "Tie (both bad)", "draw",
                          "neither", "A=B", "equal"}) {
    EXPECT_EQ(Generic(InQuotes(tie)), "=") << tie;
  }
  EXPECT_EQ(Generic("\"model_c\""), "- label=model_c");
  EXPECT_EQ(Generic("true"), "- label=true");
}

TEST(LabelValuesTest, OtherRulesReadNumbersInStringsToo) {
  EXPECT_EQ(
      Read(R"({"prompt":"q","response_1":"a","response_2":"b","preference_strength":"-2.0"})"),
      "1");
  EXPECT_EQ(
      Read(R"({"prompt":"q","response_1":"a","response_2":"b","preference_strength":"much"})"),
      "- preference_strength=much");
  EXPECT_EQ(Read(R"({"history":"q","human_ref_A":"a","human_ref_B":"b","labels":1.0})"), "1");
  EXPECT_EQ(Read(R"({"history":"q","human_ref_A":"a","human_ref_B":"b","labels":false})"), "2");
  EXPECT_EQ(Read(R"({"instruction":"q","output_1":"a","output_2":"b","preference":"2"})"), "2");
  EXPECT_EQ(Read(R"({"instruction":"q","output_1":"a","output_2":"b","preference":-1})"),
            "- preference=-1");
  const std::string arena = R"({"prompt":"[\"q\"]","response_a":"[\"a\"]","response_b":"[\"b\"]",)";
  EXPECT_EQ(Read(arena + R"("winner_model_a":1.0,"winner_model_b":"0","winner_tie":false})"), "1");
  EXPECT_EQ(Read(arena + R"("winner_model_a":1,"winner_model_b":1,"winner_tie":0})"),
            "- winner_model_a|winner_model_b|winner_tie=1|1|0");
  EXPECT_EQ(Read(R"({"prompt":"q","responses":["a","b"],"scores":["0.5","0.25"]})"), "1");
  EXPECT_EQ(Read(R"({"prompt":"q","responses":["a","b"],"scores":["good","bad"]})"),
            "- scores=good scores=bad");
  EXPECT_EQ(Read(R"({"prompt":"q","responses":["a","b"],"winner":"B"})"), "2");
  EXPECT_EQ(Read(R"({"prompt":"q","responses":["a","b","c"],"winner":"B"})"), "--- winner=B");
}

TEST(LabelValuesTest, LabelsThatContradictEachOtherAreSaid) {
  EXPECT_EQ(Read(R"({"prompt":"q","response_a":"a","response_b":"b","label":"A>B","winner":"B"})"),
            "- label=A>B winner=B");
  EXPECT_EQ(Read(R"({"prompt":"q","chosen":"c","rejected":"r","label":"rejected"})"),
            "- label=rejected");
  EXPECT_EQ(Read(R"({"prompt":"q","chosen":"c","rejected":"r","label":"chosen"})"), "1");
  EXPECT_EQ(Read(R"({"prompt":"q","chosen":"c","rejected":"r","winner":"model_b"})"),
            "1 winner=model_b");
  EXPECT_EQ(Read(R"({"prompt":"q","response1":"c","response2":"r","overall_preference":-2})"),
            "- overall_preference=-2");
}

TEST(LabelValuesTest, TheBetterAnswerMayBeNamed) {
  EXPECT_EQ(Read(R"({"q":"q","x":"a","y":"b"})", WithMap("question=q,chosen=y,rejected=x")), "1");
}

// The label of a row whose fields go by alias names.
Label LabelOf(const std::string& line) {
  return RowMapper(NamedFormat({}).value()).MapText(line).comparisons.at(0).label;
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
