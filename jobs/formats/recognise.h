// Which format rows are in, told from the first of them: rows of a file, or rows held in memory.
#ifndef GRAM_JOBS_FORMATS_RECOGNISE_H_
#define GRAM_JOBS_FORMATS_RECOGNISE_H_

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "gram/status.h"
#include "jobs/formats/format.h"
#include "jobs/formats/mapper_options.h"
#include "jobs/formats/row_view.h"
#include "jobs/formats/unused_fields.h"
#include "jobs/io/row_source.h"

namespace gram::jobs {

/// How the rows of one file, or of one list in memory, are read: all that RowMapper needs.
struct FileFormat {
  std::shared_ptr<const MapperOptions> options;  ///< whose names `format` refers to
  std::string path;                              ///< what messages call the rows
  std::string_view name;  ///< of the format, as --format names it; empty: there are no JSON objects
  Format format;
  bool recognised = false;  ///< by its rows, so that each has to fit
  Layout layout = Layout::kEmpty;
  std::optional<RawRow> head = {};        ///< the first row that the format takes
  std::vector<RowView::Use> uses = {};    ///< of the fields of the rows that were looked at
  std::vector<FieldFinding> fields = {};  ///< these fields, each with the worst of its fates
};

/// The format that `options` name, or whose fields they name; else the generic one, which takes
/// fields by their common names. Looks at no rows. Errors: kInvalidArgument (a format that is
/// unknown, or of no use here).
Result<FileFormat> NamedFormat(const MapperOptions& options);

/// Looks at the first 100 JSON objects (or 8 MiB) of `rows`, each the JSON text of a row, and
/// chooses the format that most of them are in, the earlier where two are level. Rows that fit
/// none, or whose question or answers are null, do not count where others do. `path` is what
/// messages call the rows; one format needs them to be of an array. Errors: kInvalidArgument: the
/// first rows are no JSON objects, but something that is known, or others follow; the format is
/// unknown or of no use here; at least half of its rows have a field that would be lost; no row is
/// a question with answers, since fields are missing or ambiguous (see row_view.h).
Result<FileFormat> RecogniseRows(std::span<const std::string> rows, const MapperOptions& options,
                                 const std::string& path, Layout layout = Layout::kLines);

/// The same for file number `index` of `source`, of which no rows were taken; of a pipe, it reads
/// no further than it needs to. Errors: those of RecogniseRows, and of reading.
Result<FileFormat> RecogniseFile(RowSource& source, size_t index,
                                 std::shared_ptr<const MapperOptions> options);

/// Why a row cannot be one of a file that is in its format because rows were recognised so, or
/// nothing. Error codes: those of Misfit.
std::optional<RowError> FitError(JsonLineParser& parser, const JsonLine& line,
                                 const FileFormat& file);

}  // namespace gram::jobs

#endif  // GRAM_JOBS_FORMATS_RECOGNISE_H_
