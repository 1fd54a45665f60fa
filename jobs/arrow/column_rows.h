// Rows of columns as questions and answers: what RowMapper makes of the same rows in JSON.
#ifndef GRAM_JOBS_ARROW_COLUMN_ROWS_H_
#define GRAM_JOBS_ARROW_COLUMN_ROWS_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "gram/c_api.h"
#include "jobs/arrow/columns.h"
#include "jobs/formats/input_row.h"
#include "jobs/formats/mapper_options.h"
#include "jobs/formats/row_mapper.h"

namespace gram::jobs {

/// Rows that are enough to tell their format by, as of a file (RecogniseRows).
inline constexpr size_t kSampleRows = 100;

/// The JSON text of row `row`: its columns as the members of an object.
std::string JsonOf(const ColumnType& type, const ArrowArray& rows, int64_t row);

/// The rows that recognising looks at, as JSON: the first of `batches`.
std::vector<std::string> SampleOf(const ColumnType& type, const std::vector<ArrowArray>& batches);

/// The format of rows: the one that `options` name, else the one that the sample is in. Errors:
/// those of NamedFormat and RecogniseRows.
Result<FileFormat> FormatOfColumns(const std::vector<std::string>& sample,
                                   const MapperOptions& options);

/// Maps rows of one table.
class ColumnRows {
 public:
  ColumnRows(ColumnType type, FileFormat format);

  /// Maps row `row` of a checked batch, as row number `number` of all. Of a row whose question and
  /// answers are the texts of columns called question, response1 and response2, they stay where
  /// they are: see InputRow::in_place.
  InputRow Map(const ArrowArray& batch, int64_t row, int64_t number);

 private:
  std::optional<PairView> TextsInPlace(const ArrowArray& batch, int64_t row) const;
  std::string WithoutTexts(const ArrowArray& batch, int64_t row) const;

  ColumnType type_;
  RowMapper mapper_;
  std::optional<std::array<size_t, 3>> text_columns_;  // of question and answers, where they are
};

}  // namespace gram::jobs

#endif  // GRAM_JOBS_ARROW_COLUMN_ROWS_H_
