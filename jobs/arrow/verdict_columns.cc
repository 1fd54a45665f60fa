#include "jobs/arrow/verdict_columns.h"

#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "engine/base/status.h"
#include "jobs/arrow/column_names.h"
#include "jobs/verdicts/fields.h"
#include "jobs/verdicts/totals.h"
#include "jobs/verdicts/verdict_line.h"

namespace gram::jobs {
namespace {

using Type = ColumnBuilder::Type;
using Columns = std::vector<ColumnBuilder>;

ColumnBuilder Column(std::string_view name, Type type, Columns children = {}) {
  return {std::string(name), type, std::move(children)};
}

ColumnBuilder ListOf(std::string_view name, Columns members) {
  Columns item;
  item.push_back(Column("item", Type::kStruct, std::move(members)));
  return Column(name, Type::kList, std::move(item));
}

Columns CutMembers() {
  Columns members;
  members.push_back(Column(fields::kTokens, Type::kInt64));
  members.push_back(Column(fields::kKeptTokens, Type::kInt64));
  return members;
}

// The places of a verdict's columns, from the first of them on.
enum VerdictColumn : size_t {
  kScore1Column,
  kScore2Column,
  kFirstIsBetterColumn,
  kMarginColumn,
  kOrderGapColumn,
  kOrdersAgreeColumn,
  kOrdersColumn,
  kPromptsColumn,
  kLabelColumn,
  kCorrectColumn,
  kIdenticalColumn,
  kTruncatedColumn,
  kFlagsColumn,
  kVerdictColumns
};

Columns VerdictMembers() {
  Columns order;
  order.push_back(Column(fields::kSlotA, Type::kInt32));
  order.push_back(Column(fields::kLogitA, Type::kFloat32));
  order.push_back(Column(fields::kLogitB, Type::kFloat32));
  order.push_back(Column(fields::kTokens, Type::kInt32));
  Columns prompt;
  prompt.push_back(Column(fields::kResponse, Type::kInt32));
  prompt.push_back(Column(fields::kTokens, Type::kInt32));
  Columns cut;
  cut.push_back(Column(fields::kResponse1, Type::kStruct, CutMembers()));
  cut.push_back(Column(fields::kResponse2, Type::kStruct, CutMembers()));
  Columns flag;
  for (const auto name : {fields::kField, fields::kKind, fields::kText}) {
    flag.push_back(Column(name, Type::kText));
  }
  Columns members;
  members.push_back(Column(fields::kScore1, Type::kFloat64));
  members.push_back(Column(fields::kScore2, Type::kFloat64));
  members.push_back(Column(fields::kFirstIsBetter, Type::kBool));
  members.push_back(Column(fields::kMargin, Type::kFloat64));
  members.push_back(Column(fields::kOrderGap, Type::kFloat64));
  members.push_back(Column(fields::kOrdersAgree, Type::kBool));
  members.push_back(ListOf(fields::kOrders, std::move(order)));
  members.push_back(ListOf(fields::kPrompts, std::move(prompt)));
  members.push_back(Column(fields::kLabel, Type::kText));
  members.push_back(Column(fields::kCorrect, Type::kBool));
  members.push_back(Column(fields::kIdentical, Type::kBool));
  members.push_back(Column(fields::kTruncated, Type::kStruct, std::move(cut)));
  members.push_back(ListOf(fields::kFlags, std::move(flag)));
  return members;
}

// What stands before and behind a row's verdict.
constexpr size_t kIdColumn = 0;
constexpr size_t kRowColumn = 1;
constexpr size_t kFirstVerdictColumn = 2;
constexpr size_t kComparisonsColumn = kFirstVerdictColumn + kVerdictColumns;
constexpr size_t kNotUnderstoodColumn = kComparisonsColumn + 1;
constexpr size_t kErrorCodeColumn = kComparisonsColumn + 2;
constexpr size_t kErrorMessageColumn = kComparisonsColumn + 3;
constexpr size_t kLineColumn = kComparisonsColumn + 4;

ColumnBuilder RowColumns(bool with_line) {
  Columns comparison;
  comparison.push_back(Column(fields::kResponse1, Type::kInt32));
  comparison.push_back(Column(fields::kResponse2, Type::kInt32));
  for (ColumnBuilder& member : VerdictMembers()) comparison.push_back(std::move(member));
  Columns field;
  field.push_back(Column("item", Type::kText));
  Columns columns;
  columns.push_back(Column(fields::kId, Type::kText));
  columns.push_back(Column(fields::kRow, Type::kInt64));
  for (ColumnBuilder& member : VerdictMembers()) columns.push_back(std::move(member));
  columns.push_back(ListOf(fields::kComparisons, std::move(comparison)));
  columns.push_back(Column(fields::kNotUnderstood, Type::kList, std::move(field)));
  columns.push_back(Column(kErrorCode, Type::kText));
  columns.push_back(Column(kErrorMessage, Type::kText));
  if (with_line) columns.push_back(Column(kLine, Type::kText));
  return Column("", Type::kStruct, std::move(columns));
}

void AddOrders(const Verdict& verdict, ColumnBuilder& orders) {
  if (verdict.is_reward) return orders.AppendNull();
  ColumnBuilder& item = orders.child(0);
  for (const OrderVerdict& order : verdict.orders) {
    item.child(0).AppendInt(order.slot_a);
    item.child(1).AppendFloat(order.logit_a);
    item.child(2).AppendFloat(order.logit_b);
    item.child(3).AppendInt(order.tokens);
    item.EndStruct();
  }
  orders.EndList();
}

void AddPrompts(const Verdict& verdict, ColumnBuilder& prompts) {
  if (!verdict.is_reward) return prompts.AppendNull();
  ColumnBuilder& item = prompts.child(0);
  for (const RewardPrompt& prompt : verdict.prompts) {
    item.child(0).AppendInt(prompt.response);
    item.child(1).AppendInt(prompt.tokens);
    item.EndStruct();
  }
  prompts.EndList();
}

void AddLabel(Label label, ColumnBuilder& column) {
  switch (label) {
    case Label::kResponse1:
      return column.AppendText("1");
    case Label::kResponse2:
      return column.AppendText("2");
    case Label::kTie:
      return column.AppendText("tie");
    case Label::kNone:
      return column.AppendNull();
  }
}

void AddCut(const TextNotes& notes, ColumnBuilder& truncated) {
  if (!notes.cut) return truncated.AppendNull();
  for (size_t i = 0; i < 2; ++i) {
    ColumnBuilder& response = truncated.child(i);
    response.child(0).AppendInt((*notes.cut)[i].tokens);
    response.child(1).AppendInt((*notes.cut)[i].kept);
    response.EndStruct();
  }
  truncated.EndStruct();
}

void AddFlags(const TextNotes& notes, ColumnBuilder& flags) {
  if (notes.flags.empty()) return flags.AppendNull();
  ColumnBuilder& item = flags.child(0);
  for (const TextFlag& flag : notes.flags) {
    item.child(0).AppendText(TextFieldName(flag.field));
    item.child(1).AppendText(TextFlagKindName(flag.kind));
    item.child(2).AppendText(flag.text);
    item.EndStruct();
  }
  flags.EndList();
}

// One verdict into the columns of `row` from `first` on.
void AddVerdict(const Verdict& verdict, Label label, size_t first, ColumnBuilder& row) {
  const auto column = [&](VerdictColumn place) -> ColumnBuilder& {
    return row.child(first + place);
  };
  column(kScore1Column).AppendDouble(verdict.score_response1);
  column(kScore2Column).AppendDouble(verdict.score_response2);
  column(kFirstIsBetterColumn).AppendBool(verdict.response1_is_better);
  column(kMarginColumn).AppendDouble(verdict.margin);
  if (verdict.is_reward) {
    column(kOrderGapColumn).AppendNull();
    column(kOrdersAgreeColumn).AppendNull();
  } else {
    column(kOrderGapColumn).AppendDouble(verdict.order_gap);
    column(kOrdersAgreeColumn).AppendBool(verdict.orders_agree);
  }
  AddOrders(verdict, column(kOrdersColumn));
  AddPrompts(verdict, column(kPromptsColumn));
  AddLabel(label, column(kLabelColumn));
  if (const auto correct = IsCorrect(label, verdict)) {
    column(kCorrectColumn).AppendBool(*correct);
  } else {
    column(kCorrectColumn).AppendNull();
  }
  column(kIdenticalColumn).AppendBool(verdict.notes.identical);
  AddCut(verdict.notes, column(kTruncatedColumn));
  AddFlags(verdict.notes, column(kFlagsColumn));
}

void AddComparisons(const InputRow& row, std::span<const Verdict> verdicts,
                    ColumnBuilder& comparisons) {
  ColumnBuilder& item = comparisons.child(0);
  for (size_t i = 0; i < verdicts.size(); ++i) {
    item.child(0).AppendInt(static_cast<int64_t>(row.comparisons[i].first) + 1);
    item.child(1).AppendInt(static_cast<int64_t>(row.comparisons[i].second) + 1);
    AddVerdict(verdicts[i], row.comparisons[i].label, 2, item);
    item.EndStruct();
  }
  comparisons.EndList();
}

// A string's text; of other ids their JSON.
void AddId(const InputRow& row, ColumnBuilder& id) {
  if (!row.id_json.starts_with('"')) return id.AppendText(row.id_json);
  id.AppendText(nlohmann::json::parse(row.id_json).get<std::string>());
}

void AddUnread(const InputRow& row, ColumnBuilder& fields) {
  if (row.unread_labels.empty()) return fields.AppendNull();
  std::set<std::string_view> seen;  // of a list's many values, the first
  for (const UnreadLabel& label : row.unread_labels) {
    if (seen.insert(label.field).second) fields.child(0).AppendText(label.field);
  }
  fields.EndList();
}

std::string_view WithoutLineFeed(std::string_view line) { return line.substr(0, line.size() - 1); }

}  // namespace

VerdictColumns::VerdictColumns(bool with_line)
    : rows_(RowColumns(with_line)), with_line_(with_line) {}

void VerdictColumns::Add(const InputRow& row, std::span<const Result<Verdict>> results) {
  AddId(row, rows_.child(kIdColumn));
  rows_.child(kRowColumn).AppendInt(row.number);
  std::optional<RowError> error = row.error;
  std::vector<Verdict> verdicts;
  for (size_t i = 0; i < results.size() && !error; ++i) {
    if (results[i].ok()) {
      verdicts.push_back(*results[i]);
    } else {
      error = ComparisonError(row, i, results[i].status());
    }
  }
  if (error) {
    AddError(row, *error);
  } else {
    AddVerdicts(row, verdicts);
  }
  rows_.EndStruct();
}

void VerdictColumns::AddVerdicts(const InputRow& row, std::span<const Verdict> verdicts) {
  if (verdicts.size() == 1) {
    AddVerdict(verdicts.front(), row.comparisons.front().label, kFirstVerdictColumn, rows_);
    rows_.child(kComparisonsColumn).AppendNull();
  } else {
    for (size_t i = 0; i < kVerdictColumns; ++i) rows_.child(kFirstVerdictColumn + i).AppendNull();
    AddComparisons(row, verdicts, rows_.child(kComparisonsColumn));
  }
  AddUnread(row, rows_.child(kNotUnderstoodColumn));
  rows_.child(kErrorCodeColumn).AppendNull();
  rows_.child(kErrorMessageColumn).AppendNull();
  if (with_line_) {
    rows_.child(kLineColumn).AppendText(WithoutLineFeed(WriteVerdicts(row, verdicts).text));
  }
}

void VerdictColumns::AddError(const InputRow& row, const RowError& error) {
  for (size_t i = kFirstVerdictColumn; i < kErrorCodeColumn; ++i) rows_.child(i).AppendNull();
  rows_.child(kErrorCodeColumn).AppendText(error.code);
  rows_.child(kErrorMessageColumn).AppendText(error.message);
  if (with_line_) {
    rows_.child(kLineColumn).AppendText(WithoutLineFeed(WriteError(row, error).text));
  }
}

Status VerdictColumns::Export(ArrowArray* array) {
  GRAM_RETURN_IF_ERROR(rows_.Check());
  rows_.ExportArray(array);
  return {};
}

}  // namespace gram::jobs
