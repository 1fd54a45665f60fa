// Columns made of result lines are the columns of the verdicts that the lines tell.
#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <vector>

#include "engine/base/status.h"
#include "jobs/arrow/column_rows.h"
#include "jobs/arrow/owned.h"
#include "jobs/arrow/verdict_columns.h"
#include "jobs/verdicts/verdict_line.h"

namespace gram::jobs {
namespace {

// The rows of `columns` as JSON.
std::vector<std::string> RowsOf(VerdictColumns& columns) {
  Owned<ArrowSchema> schema;
  columns.ExportSchema(schema.get());
  const Result<ColumnType> type = ReadColumnType(*schema, {});
  EXPECT_TRUE(type.ok()) << type.status().message();
  Owned<ArrowArray> batch;
  EXPECT_TRUE(columns.Export(batch.get()).ok());
  EXPECT_EQ(CheckArray(*type, *batch).message(), "");
  std::vector<std::string> rows;
  for (int64_t i = 0; i < (*batch).length; ++i) rows.push_back(JsonOf(*type, *batch, i));
  return rows;
}

InputRow Row(int64_t number, const std::string& id_json) {
  InputRow row;
  row.number = number;
  row.id_json = id_json;
  row.comparisons = {{0, 1, Label::kNone}};
  return row;
}

Verdict Judged(double score, double margin) {
  Verdict verdict;
  verdict.score_response1 = score;
  verdict.score_response2 = 1 - score;
  verdict.response1_is_better = score > 0.5;
  verdict.margin = margin;
  verdict.order_gap = 1.0 / 3;
  verdict.orders_agree = true;
  verdict.orders = {{{1, 0.1F, -1e-20F, 12}, {2, 16777217.0F, 3.4e38F, 13}}};
  return verdict;
}

Verdict Rewarded() {
  Verdict verdict;
  verdict.is_reward = true;
  verdict.score_response1 = -2.5;
  verdict.score_response2 = 1e-300;
  verdict.margin = -2.5;
  verdict.prompts = {{{1, 7}, {2, 8}}};
  return verdict;
}

// What a line cannot leave out is left out of the columns, too, and the other way round.
class VerdictLinesTest : public ::testing::Test {
 protected:
  void Add(const InputRow& row, const std::vector<Verdict>& verdicts) {
    std::vector<Result<Verdict>> results(verdicts.begin(), verdicts.end());
    verdicts_.Add(row, results);
    std::string line =
        row.error ? WriteError(row, *row.error).text : WriteVerdicts(row, verdicts).text;
    line.pop_back();
    const Status added = lines_.AddLine(line, row.number);
    EXPECT_TRUE(added.ok()) << added.message();
  }

  VerdictColumns verdicts_{/*with_line=*/false};
  VerdictColumns lines_{/*with_line=*/false};
};

TEST_F(VerdictLinesTest, VerdictsAreTheSame) {
  const double infinity = std::numeric_limits<double>::infinity();
  Add(Row(1, "\"a \\\"quoted\\\" id\""), {Judged(0.1, -2.1972245773362196)});
  Add(Row(2, "1.50"), {Judged(1, infinity)});
  Add(Row(3, "[1]"), {Judged(0, -infinity)});
  Add(Row(4, "4"), {Rewarded()});
  InputRow labelled = Row(5, "5");
  labelled.comparisons[0].label = Label::kResponse2;
  labelled.unread_labels = {{"winner", "?"}, {"winner", "??"}, {"label", "x"}};
  Verdict noted = Judged(0.25, -1);
  noted.notes.identical = true;
  noted.notes.flags = {{TextField::kResponse1, TextFlagKind::kJudgeMarker, "[A]\n"}};
  noted.notes.cut = {{{100, 50}, {20, 20}}};
  Add(labelled, {noted});
  labelled.comparisons[0].label = Label::kTie;
  Add(labelled, {noted});
  const auto rows = RowsOf(verdicts_);
  ASSERT_EQ(rows.size(), 6u);
  EXPECT_EQ(RowsOf(lines_), rows);
}

TEST_F(VerdictLinesTest, ListsAndErrorsAreTheSame) {
  InputRow list = Row(1, "\"list\"");
  list.format = "reward-bench-2";
  list.responses = {"a", "b", "c"};
  list.quality = {1, 0, 0};
  list.comparisons = {{0, 1, Label::kResponse1}, {0, 2, Label::kNone}};
  Add(list, {Judged(0.75, 1), Judged(0.5, 0)});
  InputRow failed = Row(2, "\"bad\"");
  failed.error = RowError{"missing_field", "no \"response2\""};
  failed.comparisons.clear();
  Add(failed, {});
  const auto rows = RowsOf(verdicts_);
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(RowsOf(lines_), rows);
}

TEST_F(VerdictLinesTest, OtherLinesAreRefused) {
  for (std::string line : {"", "not JSON", "[1]", R"({"id":1,"score_response1":"much"})",
                           R"({"id":1,"score_response1":1,"orders_agree":1})"}) {
    EXPECT_EQ(lines_.AddLine(line, 7).code(), StatusCode::kCorrupt) << line;
  }
  std::string line = "torn {";
  EXPECT_EQ(lines_.AddLine(line, 7).message(),
            "the result line of row 7 is not as it was written: torn {");
}

}  // namespace
}  // namespace gram::jobs
