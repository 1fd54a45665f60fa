// Result lines as columns: what was computed once is not computed again to be in another shape.
#include <limits>
#include <optional>
#include <string>
#include <string_view>

#include "engine/base/status.h"
#include "jobs/arrow/column_names.h"
#include "jobs/arrow/verdict_columns.h"
#include "jobs/verdicts/fields.h"

namespace gram::jobs {
namespace {

using Type = ColumnBuilder::Type;

bool IsThere(const JsonField* field) { return field != nullptr && field->type != JsonType::kNull; }

// Puts the members of one line into columns of the same names. Each column gets a row, whatever the
// line holds.
class LineColumns {
 public:
  explicit LineColumns(JsonLineParser& parser) : parser_(parser) {}

  void AddRow(const JsonLine& line, int64_t number, ColumnBuilder& row);

  // Whether all that was looked at is of its column's type.
  bool fits() const { return fits_; }

 private:
  void AddText(const JsonField* field, ColumnBuilder& column);
  template <typename T>
  T Number(const JsonField& field);
  void AddValue(const JsonField* field, ColumnBuilder& column);
  void AddVerdictMember(const JsonLine& verdict, ColumnBuilder& column);
  void AddComparisons(const JsonField* list, ColumnBuilder& comparisons);
  void AddNames(const JsonField* object, ColumnBuilder& names);

  JsonLineParser& parser_;
  bool fits_ = true;
};

// A string's text; of other values their JSON.
void LineColumns::AddText(const JsonField* field, ColumnBuilder& column) {
  if (!IsThere(field)) return column.AppendNull();
  column.AppendText(field->type == JsonType::kString ? field->text : field->raw);
}

template <typename T>
T LineColumns::Number(const JsonField& field) {
  const std::optional<T> number = ReadAs<T>(&field);
  fits_ = fits_ && number;
  return number.value_or(0);
}

void LineColumns::AddValue(const JsonField* field, ColumnBuilder& column) {
  if (!IsThere(field)) return column.AppendNull();
  switch (column.type()) {
    case Type::kText:
      return AddText(field, column);
    case Type::kBool:
      fits_ = fits_ && field->type == JsonType::kBool;
      return column.AppendBool(field->raw == "true");
    case Type::kList:
      for (const JsonField& item : parser_.Open(*field).fields) AddValue(&item, column.child(0));
      return column.EndList();
    case Type::kStruct: {
      const JsonLine members = parser_.Open(*field);
      for (ColumnBuilder& child : column.children()) AddValue(members.Find(child.name()), child);
      return column.EndStruct();
    }
    case Type::kFloat32:
      return column.AppendFloat(Number<float>(*field));
    case Type::kFloat64:
      return column.AppendDouble(Number<double>(*field));
    default:
      return column.AppendInt(Number<int64_t>(*field));
  }
}

// What lines leave out or cannot say is as VerdictColumns::Add has it.
void LineColumns::AddVerdictMember(const JsonLine& verdict, ColumnBuilder& column) {
  const JsonField* const field = verdict.Find(column.name());
  if (column.name() == fields::kIdentical) return column.AppendBool(IsThere(field));
  const bool infinite =
      column.name() == fields::kMargin && !IsThere(field) && IsThere(verdict.Find(fields::kOrders));
  const std::optional<double> score = ReadAs<double>(verdict.Find(fields::kScore1));
  if (infinite && score) {
    const double infinity = std::numeric_limits<double>::infinity();
    return column.AppendDouble(*score > 0.5 ? infinity : -infinity);
  }
  AddValue(field, column);
}

void LineColumns::AddComparisons(const JsonField* list, ColumnBuilder& comparisons) {
  if (!IsThere(list)) return comparisons.AppendNull();
  ColumnBuilder& item = comparisons.child(0);
  for (const JsonField& comparison : parser_.Open(*list).fields) {
    const JsonLine verdict = parser_.Open(comparison);
    for (ColumnBuilder& column : item.children()) AddVerdictMember(verdict, column);
    item.EndStruct();
  }
  comparisons.EndList();
}

void LineColumns::AddNames(const JsonField* object, ColumnBuilder& names) {
  if (!IsThere(object)) return names.AppendNull();
  for (const JsonField& member : parser_.Open(*object).fields) {
    names.child(0).AppendText(member.name);
  }
  names.EndList();
}

void LineColumns::AddRow(const JsonLine& line, int64_t number, ColumnBuilder& row) {
  const JsonField* const failed = line.Find(fields::kError);
  const JsonLine error = failed != nullptr ? parser_.Open(*failed) : JsonLine();
  const bool is_verdict = line.Find(fields::kScore1) != nullptr;
  for (ColumnBuilder& column : row.children()) {
    const std::string_view name = column.name();
    if (name == fields::kId) {
      AddText(line.Find(fields::kId), column);
    } else if (name == fields::kRow) {
      column.AppendInt(number);
    } else if (name == fields::kComparisons) {
      AddComparisons(line.Find(fields::kComparisons), column);
    } else if (name == fields::kNotUnderstood) {
      AddNames(line.Find(fields::kNotUnderstood), column);
    } else if (name == kErrorCode) {
      AddText(error.Find(fields::kCode), column);
    } else if (name == kErrorMessage) {
      AddText(error.Find(fields::kMessage), column);
    } else if (is_verdict) {
      AddVerdictMember(line, column);
    } else {
      column.AppendNull();  // of a row with an error or with comparisons, whatever else it says
    }
  }
  row.EndStruct();
}

}  // namespace

Status VerdictColumns::AddLine(std::string& line, int64_t row) {
  const JsonLine parsed = parser_.Parse(line);
  LineColumns columns(parser_);
  if (!parsed.error) {
    columns.AddRow(parsed, row, rows_);
    if (columns.fits()) return {};
  }
  return Corrupt("the result line of row " + std::to_string(row) +
                 " is not as it was written: " + line.substr(0, 80));
}

}  // namespace gram::jobs
