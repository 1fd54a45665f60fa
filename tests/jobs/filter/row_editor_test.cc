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
