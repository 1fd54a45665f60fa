// Verdicts as columns: what a result line says, for programs that work on tables.
#ifndef GRAM_JOBS_ARROW_VERDICT_COLUMNS_H_
#define GRAM_JOBS_ARROW_VERDICT_COLUMNS_H_

#include <cstdint>
#include <span>
#include <string>

#include "gram/judge.h"
#include "jobs/arrow/column_builder.h"
#include "jobs/formats/input_row.h"
#include "jobs/io/json_line.h"

namespace gram::jobs {

/// A batch of rows' verdicts under construction. The columns are those of docs/c.md; their names
/// and values are those of a result line (docs/outputs.md).
class VerdictColumns {
 public:
  /// `with_line`: the last column holds the result line itself.
  explicit VerdictColumns(bool with_line);

  /// Adds a row; `results` are those of its comparisons, in order. A row with an error, or with a
  /// comparison that has one, has that and no verdict.
  void Add(const InputRow& row, std::span<const Result<Verdict>> results);

  /// Adds the row that `line` is the result of, a line of schema gram-cpu without additions; `row`
  /// is its number. The same as Add, but for infinities other than a margin's and NaN, which lines
  /// do not tell: they are null. Errors: kCorrupt (no such line).
  Status AddLine(std::string& line, int64_t row);

  void ExportSchema(ArrowSchema* schema) const { rows_.ExportSchema(schema); }

  /// The rows so far, as one struct array. Errors: kTooLong (a column of 2 GiB).
  Status Export(ArrowArray* array);

 private:
  void AddVerdicts(const InputRow& row, std::span<const Verdict> verdicts);
  void AddError(const InputRow& row, const RowError& error);

  ColumnBuilder rows_;
  JsonLineParser parser_;
  bool with_line_;
};

}  // namespace gram::jobs

#endif  // GRAM_JOBS_ARROW_VERDICT_COLUMNS_H_
