// Tables through the C interface: verdicts are those of the same rows as JSON, texts stay where
// they are, and what a table is made of is released once.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <functional>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "gram/c_api.h"
#include "jobs/arrow/column_rows.h"
#include "tests/c_api/table_stream.h"
#include "tests/testing/converted_model.h"

namespace gram {
namespace {

using nlohmann::json;
using testing::BuilderOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::ShapeOf;
using testing::TableStream;

class ArrowStreamTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    model_ = std::make_unique<testing::ConvertedModel>();
    ASSERT_EQ(gram_judge_open(model_->path().c_str(), nullptr, &judge_), GRAM_OK);
  }
  static void TearDownTestSuite() {
    gram_judge_close(judge_);
    model_.reset();
  }
  void SetUp() override {
    options_ = gram_options_new();
    gram_options_set(options_, "line", "true");
  }
  void TearDown() override { gram_options_free(options_); }

  // The lines of a table, by the columns called so; `status` of what went wrong.
  std::vector<std::string> Lines(ArrowArrayStream in, std::vector<int64_t>* lengths = nullptr) {
    ArrowArrayStream out = {};
    std::vector<std::string> lines;
    EXPECT_EQ(gram_score_stream(judge_, &in, options_, nullptr, &out), GRAM_OK)
        << gram_last_error();
    EXPECT_EQ(in.release, nullptr);
    if (out.release == nullptr) return lines;
    ArrowSchema schema = {};
    EXPECT_EQ(out.get_schema(&out, &schema), 0);
    const auto type = jobs::ReadColumnType(schema, {});
    EXPECT_TRUE(type.ok()) << type.status().message();
    while (true) {
      ArrowArray batch = {};
      EXPECT_EQ(out.get_next(&out, &batch), 0) << out.get_last_error(&out);
      if (batch.release == nullptr) break;
      EXPECT_EQ(jobs::CheckArray(*type, batch).message(), "");
      if (lengths != nullptr) lengths->push_back(batch.length);
      const size_t line = type->children.size() - 1;
      for (int64_t row = 0; row < batch.length; ++row) {
        lines.emplace_back(*jobs::TextAt(type->children[line], *batch.children[line], row));
      }
      batch.release(&batch);
    }
    schema.release(&schema);
    out.release(&out);
    return lines;
  }

  // What the same rows give as JSON.
  std::vector<std::string> JsonLines(const std::vector<json>& rows) {
    std::string text;
    for (const json& row : rows) text += row.dump() + "\n";
    char* answer = nullptr;
    EXPECT_EQ(gram_score_lines(judge_, {text.data(), text.size()}, options_, nullptr, &answer),
              GRAM_OK)
        << gram_last_error();
    std::vector<std::string> lines;
    for (const char* at = answer; at != nullptr && *at != '\0';) {
      const char* end = std::strchr(at, '\n');
      lines.emplace_back(at, end);
      at = end + 1;
    }
    gram_free(answer);
    return lines;
  }

  void ExpectAlike(const std::vector<json>& rows, size_t batch_rows) {
    TableStream table(rows, batch_rows);
    EXPECT_EQ(Lines(table.Open()), JsonLines(rows));
    EXPECT_EQ(table.released(), 1);
  }

  static inline std::unique_ptr<testing::ConvertedModel> model_;
  static inline gram_judge* judge_ = nullptr;
  gram_options* options_ = nullptr;
};

std::vector<json> Pairs(int count) {
  std::vector<json> rows;
  for (int i = 0; i < count; ++i) {
    rows.push_back({{"id", "r" + std::to_string(i)},
                    {"question", "What is " + std::to_string(i) + "?"},
                    {"response1", std::to_string(i % 7)},
                    {"response2", "no \"idea\"\n" + std::string(1, '\x01')},
                    {"label", i % 3 == 0   ? json("A")
                              : i % 3 == 1 ? json("tie")
                                           : json()}});
  }
  return rows;
}

TEST_F(ArrowStreamTest, VerdictsAreThoseOfTheSameRowsAsJson) {
  std::vector<json> rows = Pairs(130);
  rows[3]["response1"] = nullptr;
  rows[5]["question"] = "  ";
  rows[6]["question"] = "";
  rows[7]["response2"] = rows[7]["response1"];
  rows[8]["question"] = "<|im_end|>";
  for (const size_t batch_rows : {1U, 7U, 64U, 1000U}) ExpectAlike(rows, batch_rows);
}

TEST_F(ArrowStreamTest, FormatsAreRecognisedNestedOnesToo) {
  ExpectAlike({{{"prompt", "p"}, {"chosen", "c"}, {"rejected", "r"}}}, 1);
  const json messages = {{{"role", "user"}, {"content", "q"}},
                         {{"role", "assistant"}, {"content", "a"}}};
  const json others = {{{"role", "user"}, {"content", "q"}},
                       {{"role", "assistant"}, {"content", "b"}}};
  ExpectAlike(
      {{{"chosen", messages}, {"rejected", others}}, {{"chosen", others}, {"rejected", messages}}},
      1);
  ExpectAlike({{{"prompt", "p"}, {"responses", {"a", "b", "c"}}}}, 1);
  ExpectAlike(
      {{{"prompt", "p"}, {"response_1", "a"}, {"response_2", "b"}, {"preference_strength", -2}},
       {{"prompt", "p"},
        {"response_1", "a"},
        {"response_2", "b"},
        {"preference_strength", nullptr}}},
      2);
  ExpectAlike({{{"pair_id", "x"},
                {"source", "s"},
                {"question", "q"},
                {"response_A", "a"},
                {"response_B", "b"},
                {"label", "B>A"}}},
              1);
}

TEST_F(ArrowStreamTest, ATextThatWouldBeLostIsAnErrorAsInJson) {
  std::vector<json> rows = Pairs(4);
  for (json& row : rows) row["context"] = nullptr;
  rows[0]["context"] = "A text of some length that nobody has asked the judge about";
  ExpectAlike(rows, 2);
}

TEST_F(ArrowStreamTest, WhatIsAddedToTextsIsNotLost) {
  std::vector<json> rows = Pairs(3);
  for (json& row : rows) row["system"] = "Answer as a pirate would.";
  ExpectAlike(rows, 2);
  rows = Pairs(3);
  for (json& row : rows) row["context"] = nullptr;
  rows[1]["context"] = "response";
  ExpectAlike(rows, 2);
  gram_options_set(options_, "map", "id=question,label=response1");
  ExpectAlike(Pairs(3), 2);
}

TEST_F(ArrowStreamTest, WhatIsNoUtf8IsTheRowsError) {
  TableStream table(Pairs(3), 3);
  ArrowArray& column = *table.batches()[0].children[3];  // response1, in the order of names
  std::string texts(static_cast<const char*>(column.buffers[2]), 3);
  texts[1] = '\xff';
  column.buffers[2] = texts.data();
  const std::vector<std::string> lines = Lines(table.Open());
  EXPECT_THAT(lines.at(1), HasSubstr(R"("error":{"code":"invalid_utf8")"));
  EXPECT_THAT(lines.at(2), HasSubstr(R"("id":"r2","score_response1")"));
}

TEST_F(ArrowStreamTest, BatchesComeAsTheyWereGiven) {
  const std::vector<json> rows = Pairs(10);
  TableStream table(rows, 4);
  std::vector<int64_t> lengths;
  EXPECT_EQ(Lines(table.Open(), &lengths).size(), 10U);
  EXPECT_THAT(lengths, ElementsAre(4, 4, 2));
}

TEST_F(ArrowStreamTest, ASliceIsItsRows) {
  const std::vector<json> rows = Pairs(10);
  TableStream table(rows, 100);
  const auto lines = Lines(table.Open([](ArrowArray& batch) {
    batch.offset = 3;
    batch.length = 4;
  }));
  std::vector<json> part(rows.begin() + 3, rows.begin() + 7);
  EXPECT_EQ(lines, JsonLines(part));
}

TEST_F(ArrowStreamTest, TextsOfColumnsAreNotCopied) {
  const std::vector<json> rows = Pairs(3);
  TableStream table(rows, 100);
  ArrowArray& batch = table.batches().front();
  ArrowSchema schema = {};
  BuilderOf("", ShapeOf(rows[0])).ExportSchema(&schema);
  const auto type = jobs::ReadColumnType(schema, {});
  schema.release(&schema);
  ASSERT_TRUE(type.ok());
  std::vector<std::string> sample = {jobs::JsonOf(*type, batch, 0)};
  auto format = jobs::FormatOfColumns(sample, {});
  ASSERT_TRUE(format.ok()) << format.status().message();
  jobs::ColumnRows columns(*type, std::move(format).value());
  const jobs::InputRow row = columns.Map(batch, 1, 2);
  const PairView pair = row.PairOf(row.comparisons.at(0));
  const std::map<std::string, std::string_view> texts = {
      {"question", pair.question}, {"response1", pair.response1}, {"response2", pair.response2}};
  size_t found = 0;
  for (size_t i = 0; i < type->children.size(); ++i) {
    const auto text = texts.find(type->children[i].name);
    if (text == texts.end()) continue;
    ++found;
    const auto in_place = jobs::TextAt(type->children[i], *batch.children[i], 1);
    EXPECT_EQ(text->second.data(), in_place->data()) << text->first;
  }
  EXPECT_EQ(found, 3U);
  EXPECT_EQ(row.id_json, "\"r1\"");
  batch.release(&batch);
}

TEST_F(ArrowStreamTest, AnEmptyTableHasColumnsAndNoRows) {
  TableStream table(Pairs(1), 1);
  std::vector<int64_t> lengths;
  EXPECT_TRUE(Lines(table.Open([](ArrowArray& batch) { batch.length = 0; }), &lengths).empty());
  EXPECT_THAT(lengths, ElementsAre(0));
}

TEST_F(ArrowStreamTest, WhatTheStreamOfRowsSaysIsPassedOn) {
  TableStream table(Pairs(400), 150);
  table.FailAt(1);
  ArrowArrayStream in = table.Open();
  ArrowArrayStream out = {};
  ASSERT_EQ(gram_score_stream(judge_, &in, options_, nullptr, &out), GRAM_OK) << gram_last_error();
  ArrowArray batch = {};
  EXPECT_EQ(out.get_next(&out, &batch), 0);
  batch.release(&batch);
  EXPECT_EQ(out.get_next(&out, &batch), EIO);
  EXPECT_THAT(out.get_last_error(&out), HasSubstr("the disk is gone"));
  EXPECT_EQ(out.get_next(&out, &batch), EIO);
  out.release(&out);
  EXPECT_EQ(table.released(), 1);
}

TEST_F(ArrowStreamTest, ACancelledStreamStops) {
  TableStream table(Pairs(200), 200);
  ArrowArrayStream in = table.Open();
  ArrowArrayStream out = {};
  gram_cancel* cancel = gram_cancel_new();
  ASSERT_EQ(gram_score_stream(judge_, &in, options_, cancel, &out), GRAM_OK);
  gram_cancel_set(cancel);
  ArrowArray batch = {};
  EXPECT_EQ(out.get_next(&out, &batch), ECANCELED);
  out.release(&out);
  gram_cancel_free(cancel);
}

TEST_F(ArrowStreamTest, ColumnsThatAreNoRowsAreRefusedAndReleased) {
  TableStream table({{{"x", 1}}}, 1);
  ArrowArrayStream in = table.Open();
  ArrowArrayStream out = {};
  EXPECT_EQ(gram_score_stream(judge_, &in, options_, nullptr, &out), GRAM_INVALID_ARGUMENT);
  EXPECT_THAT(gram_last_error(), HasSubstr("the table row 1"));
  EXPECT_EQ(table.released(), 1);
  EXPECT_EQ(out.release, nullptr);
  EXPECT_EQ(gram_score_stream(judge_, &in, options_, nullptr, &out), GRAM_INVALID_ARGUMENT);
}

TEST_F(ArrowStreamTest, AForkedChildIsRefusedAndEnds) {
  const std::vector<json> rows = Pairs(6);
  TableStream table(rows, 3);
  ArrowArrayStream in = table.Open();
  ArrowArrayStream out = {};
  ASSERT_EQ(gram_score_stream(judge_, &in, options_, nullptr, &out), GRAM_OK) << gram_last_error();
  const pid_t child = ::fork();
  if (child == 0) {
    ::alarm(20);  // where it waits for threads that are not there
    ArrowArray batch = {};
    const bool refused = out.get_next(&out, &batch) == EINVAL && batch.release == nullptr &&
                         std::strstr(out.get_last_error(&out), "forked") != nullptr;
    out.release(&out);
    ::_exit(refused && out.release == nullptr ? 0 : 1);
  }
  int status = -1;
  ::waitpid(child, &status, 0);
  EXPECT_EQ(status, 0);
  ArrowArray batch = {};
  EXPECT_EQ(out.get_next(&out, &batch), 0) << out.get_last_error(&out);
  EXPECT_EQ(batch.length, 3);
  batch.release(&batch);
  out.release(&out);
  EXPECT_EQ(table.released(), 1);
}

// Each change makes of a good batch one that is not what its schema says.
TEST_F(ArrowStreamTest, ABatchThatContradictsItselfIsAnError) {
  const auto column = [](ArrowArray& batch) -> ArrowArray& { return *batch.children[1]; };
  const std::map<std::string, std::function<void(ArrowArray&)>> changes = {
      {"negative length", [](ArrowArray& batch) { batch.length = -1; }},
      {"negative offset", [](ArrowArray& batch) { batch.offset = -1; }},
      {"huge length", [](ArrowArray& batch) { batch.length = INT64_MAX; }},
      {"nulls nowhere",
       [&](ArrowArray& batch) {
         column(batch).null_count = 1;
         column(batch).buffers[0] = nullptr;
       }},
      {"short child", [&](ArrowArray& batch) { column(batch).length = 1; }},
      {"offset beyond", [](ArrowArray& batch) { batch.offset = 5; }},
      {"no children", [](ArrowArray& batch) { batch.n_children = 0; }},
      {"missing buffers", [&](ArrowArray& batch) { column(batch).n_buffers = 1; }},
      {"null offsets", [&](ArrowArray& batch) { column(batch).buffers[1] = nullptr; }},
      {"null texts", [&](ArrowArray& batch) { column(batch).buffers[2] = nullptr; }},
      {"offsets below zero",
       [&](ArrowArray& batch) {
         static const int32_t offsets[] = {0, -1, -1, -1, -1};
         column(batch).buffers[1] = offsets;
       }},
      {"backward offsets", [&](ArrowArray& batch) {
         static const int32_t offsets[] = {9, 3, 2, 1, 0};
         column(batch).buffers[1] = offsets;
       }}};
  for (const auto& [name, change] : changes) {
    TableStream table(Pairs(4), 100);
    ArrowArrayStream in = table.Open(change);
    ArrowArrayStream out = {};
    EXPECT_NE(gram_score_stream(judge_, &in, options_, nullptr, &out), GRAM_OK) << name;
    EXPECT_EQ(out.release, nullptr) << name;
    EXPECT_EQ(table.released(), 1) << name;
  }
}

TEST_F(ArrowStreamTest, RecognisingTellsWhatBecomesOfColumns) {
  const std::vector<json> rows = Pairs(2);
  TableStream table(rows, 100);
  ArrowSchema schema = {};
  BuilderOf("", ShapeOf(rows[0])).ExportSchema(&schema);
  char* text = nullptr;
  ASSERT_EQ(gram_recognise(&schema, &table.batches()[0], nullptr, &text), GRAM_OK)
      << gram_last_error();
  const auto found = json::parse(text);
  gram_free(text);
  EXPECT_EQ(found["format"], "generic");
  EXPECT_THAT(found["fields"].dump(), HasSubstr(R"({"field":"question","use":"question"})"));
  schema.release(&schema);
  ArrowArrayStream in = table.Open();
  in.release(&in);
}

}  // namespace
}  // namespace gram
