// Rows of many formats, edited and read back.
#include "jobs/filter/row_editor.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/testing/temp_dir.h"

namespace gram::jobs {
namespace {

class RowEditorTest : public ::testing::Test {
 protected:
  // What becomes of the row `text` when it is swapped, or relabelled; "" where it cannot be.
  std::string Swapped(const std::string& text) {
    return Edited(text, [](RowEditor& editor, const InputRow& row) { return editor.Swapped(row); });
  }

  std::string Relabelled(const std::string& text, Label winner, const std::string& field = "") {
    options_.fields.label = field;
    return Edited(text, [winner](RowEditor& editor, const InputRow& row) {
      return editor.Relabelled(row, winner);
    });
  }

  template <typename Edit>
  std::string Edited(const std::string& text, const Edit& edit) {
    testing::WriteBytes(folder_ / "rows", text + "\n");
    Result<RowSource> source = RowSource::Open({folder_ / "rows"});
    Result<RowMapper> mapper = RowMapper::Make(options_, *source);
    if (!mapper.ok()) return mapper.status().message();
    RawRow raw;
    EXPECT_TRUE(*source->Next(raw));
    const InputRow row = mapper->Map(raw);
    EXPECT_FALSE(row.error) << row.error->message;
    RowEditor editor(*mapper, options_.fields.label);
    return edit(editor, row).value_or("");
  }

  testing::TempDir folder_;
  MapperOptions options_;
};

TEST_F(RowEditorTest, SwapsWholeFieldsOfEveryFormat) {
  EXPECT_EQ(
      Swapped(
          R"({"chosen":"\n\nHuman: hi\n\nAssistant: a","rejected":"\n\nHuman: hi\n\nAssistant: b"})"),
      R"({"chosen":"\n\nHuman: hi\n\nAssistant: b","rejected":"\n\nHuman: hi\n\nAssistant: a"})");
  EXPECT_EQ(
      Swapped(
          R"({"prompt":"q","chosen":[{"role":"user","content":"q"},{"role":"assistant","content":"a"}],)"
          R"("rejected":[{"role":"user","content":"q"},{"role":"assistant", "content":"b"}]})"),
      R"({"prompt":"q","chosen":[{"role":"user","content":"q"},{"role":"assistant", "content":"b"}],)"
      R"("rejected":[{"role":"user","content":"q"},{"role":"assistant","content":"a"}]})");
  EXPECT_EQ(Swapped(R"({"instruction":"i","input":"x","chosen":"c","rejected":"r"})"),
            R"({"instruction":"i","input":"x","chosen":"r","rejected":"c"})");
  EXPECT_EQ(Swapped(R"({"question":"q","response_B":"b","response_A":"a","label":"A>B"})"),
            R"({"question":"q","response_B":"a","response_A":"b","label":"A>B"})");
}

// A fine-tuning prompt holds both answers in one text.
TEST_F(RowEditorTest, WhatIsNotInTwoFieldsCannotBeSwapped) {
  const std::string row =
      R"({"instruction":"[User Question]\nq\n\n[The Start of Assistant A's Answer]\na\n)"
      R"([The End of Assistant A's Answer]\n\n[The Start of Assistant B's Answer]\nb\n)"
      R"([The End of Assistant B's Answer]\n","input":"","output":"A"})";
  EXPECT_EQ(Swapped(row), "");
  EXPECT_EQ(Swapped(R"({"prompt":"q","responses":["a","b"]})"), "");
}

TEST_F(RowEditorTest, WritesLabelsInTheirOwnWords) {
  const std::string start = R"({"question":"q","response1":"a","response2":"b")";
  EXPECT_EQ(Relabelled(start + R"(,"label":"A"})", Label::kResponse2), start + R"(,"label":"B"})");
  EXPECT_EQ(Relabelled(start + R"(,"label":1})", Label::kResponse2), start + R"(,"label":2})");
  EXPECT_EQ(Relabelled(start + "}", Label::kResponse2), start + R"(,"label":"B"})");
  EXPECT_EQ(Relabelled(R"({"prompt":"q","response_0":"a","response_1":"b","better_response_id":0})",
                       Label::kResponse2),
            R"({"prompt":"q","response_0":"a","response_1":"b","better_response_id":1})");
  EXPECT_EQ(Relabelled(R"({"history":"q","human_ref_A":"a","human_ref_B":"b","labels":0})",
                       Label::kResponse1),
            R"({"history":"q","human_ref_A":"a","human_ref_B":"b","labels":1})");
}

TEST_F(RowEditorTest, LabelsKeepTheirVocabularyAndType) {
  const std::string start = R"({"question":"q","response1":"a","response2":"b")";
  const auto relabelled = [&](const std::string& label, Label winner) {
    const std::string text = Relabelled(start + R"(,"label":)" + label + "}", winner);
    return text.empty() ? text : text.substr(start.size() + 9, text.size() - start.size() - 10);
  };
  const auto flips = [&](const std::string& first, const std::string& second) {
    EXPECT_EQ(relabelled(first, Label::kResponse2), second);
    EXPECT_EQ(relabelled(second, Label::kResponse1), first);
  };
  flips(R"("a")", R"("b")");
  flips(R"("A>>B")", R"("B>>A")");
  flips(R"("[[A]]")", R"("[[B]]")");
  flips(R"("Model A")", R"("Model B")");
  flips(R"("assistant_a")", R"("assistant_b")");
  flips(R"("Response 1")", R"("Response 2")");
  flips(R"("response1")", R"("response2")");
  flips(R"("first")", R"("second")");
  flips(R"("Left")", R"("Right")");
  flips("1.0", "2.0");
  flips(R"("1")", R"("2")");
  flips(R"("1.0")", R"("2.0")");
  EXPECT_EQ(relabelled(R"("A=B")", Label::kResponse1), R"("A>B")");
  EXPECT_EQ(relabelled(R"("A=B")", Label::kResponse2), R"("B>A")");
  EXPECT_EQ(relabelled(R"("Tie")", Label::kResponse2), R"("B")");
  EXPECT_EQ(relabelled(R"("who knows")", Label::kResponse2), R"("B")") << "not understood";
  EXPECT_EQ(relabelled(R"("7")", Label::kResponse2), R"("2")") << "not understood";
  EXPECT_EQ(relabelled("7.5", Label::kResponse2), "2.0") << "not understood";
  EXPECT_EQ(relabelled("[1]", Label::kResponse2), "") << "no value that a label can have";
}

TEST_F(RowEditorTest, NumbersCountAsTheAnswersDo) {
  const std::string start =
      R"({"prompt":"q","response_0":"a","response_1":"b","better_response_id":)";
  EXPECT_EQ(Relabelled(start + "1.0}", Label::kResponse1), start + "0.0}");
  EXPECT_EQ(Relabelled(start + "0.0}", Label::kResponse2), start + "1.0}");
  EXPECT_EQ(Relabelled(start + R"("1"})", Label::kResponse1), start + R"("0"})");
  EXPECT_EQ(Relabelled(start + "null}", Label::kResponse2), start + "1}");
  const std::string human = R"({"history":"q","human_ref_A":"a","human_ref_B":"b","labels":)";
  EXPECT_EQ(Relabelled(human + "true}", Label::kResponse2), human + "false}");
  EXPECT_EQ(Relabelled(human + "0.0}", Label::kResponse1), human + "1.0}");
}

TEST_F(RowEditorTest, OtherFieldsSuggestTheWords) {
  const auto turns = [](const std::string& answer) {
    return R"([{"role":"user","content":"q"},{"role":"assistant","content":")" + answer + R"("}])";
  };
  const std::string arena = R"({"model_a":"m","model_b":"n","conversation_a":)" + turns("x") +
                            R"(,"conversation_b":)" + turns("y") + R"(,"winner":)";
  for (const char* tie : {R"("both_bad")", R"x("tie (bothbad)")x", R"("tie")", "null"}) {
    EXPECT_EQ(Relabelled(arena + tie + "}", Label::kResponse1), arena + R"("model_a"})");
    EXPECT_EQ(Relabelled(arena + tie + "}", Label::kResponse2), arena + R"("model_b"})");
  }
  const std::string letters = R"({"question":"q","response_a":"x","response_b":"y","winner":)";
  EXPECT_EQ(Relabelled(letters + R"("tie"})", Label::kResponse1), letters + R"("response_a"})");
  options_.fields.question = "question";
  options_.fields.response1 = "gpt";
  options_.fields.response2 = "claude";
  const std::string own = R"({"question":"q","gpt":"x","claude":"y","winner":)";
  EXPECT_EQ(Relabelled(own + R"("tie"})", Label::kResponse1, "winner"), own + R"("gpt"})");
  EXPECT_EQ(Relabelled(own + R"("gpt"})", Label::kResponse2, "winner"), own + R"("claude"})");
}

TEST_F(RowEditorTest, OneOfSeveralFieldsChangesPlaces) {
  const std::string start = R"({"prompt":"[\"q\"]","response_a":"[\"x\"]","response_b":"[\"y\"]",)";
  EXPECT_EQ(Relabelled(start + R"("winner_model_a":1,"winner_model_b":0,"winner_tie":0})",
                       Label::kResponse2),
            start + R"("winner_model_a":0,"winner_model_b":1,"winner_tie":0})");
  EXPECT_EQ(Relabelled(start + R"("winner_model_a":0.0,"winner_model_b":0.0,"winner_tie":1.0})",
                       Label::kResponse1),
            start + R"("winner_model_a":1.0,"winner_model_b":0.0,"winner_tie":0.0})");
}

TEST_F(RowEditorTest, WritesTheFieldThatTheUserNames) {
  EXPECT_EQ(Relabelled(R"({"question":"q","response1":"a","response2":"b","label":9,"mine":"A"})",
                       Label::kResponse2, "mine"),
            R"({"question":"q","response1":"a","response2":"b","label":9,"mine":"B"})");
}

TEST_F(RowEditorTest, LabelsThatAreNoWordsCannotBeWritten) {
  EXPECT_EQ(Relabelled(R"({"prompt":"q","chosen":"a","rejected":"b"})", Label::kResponse2), "");
  EXPECT_EQ(
      Relabelled(R"({"prompt":"q","response_1":"a","response_2":"b","preference_strength":-2})",
                 Label::kResponse2),
      "");
  EXPECT_EQ(
      Relabelled(R"({"question":"q","response1":"a","response2":"b","label":"A","winner":"A"})",
                 Label::kResponse2),
      "");
}

}  // namespace
}  // namespace gram::jobs
