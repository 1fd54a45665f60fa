// Which format a file is in, told from its first rows.
#ifndef GRAM_JOBS_FORMATS_FILE_FORMAT_H_
#define GRAM_JOBS_FORMATS_FILE_FORMAT_H_

#include <optional>
#include <string>
#include <vector>

#include "gram/status.h"
#include "jobs/formats/field_map.h"
#include "jobs/formats/map_row.h"
#include "jobs/formats/unused_fields.h"
#include "jobs/io/row_source.h"

namespace gram::jobs {

/// What the user says of how files are read.
struct FileRules {
  const FieldMap& fields;
  const std::string& format;  ///< empty: it is recognised
  const NameSet& ignored;
  MapRules rows;
};

/// One file of the input and how its rows are read.
struct MappedFile {
  std::string path;
  Format format;
  bool recognised = false;  ///< by its rows, so that each has to fit
  Layout layout = Layout::kEmpty;
  std::optional<RawRow> head;             ///< the first row that the format takes
  std::vector<RowView::Use> uses = {};    ///< of the fields of the rows that were looked at
  std::vector<FieldFinding> fields = {};  ///< these fields, each with the worst of its fates
};

/// Looks at the first rows of file number `index` (of a pipe, no further than need be) and chooses
/// the format that most of them are in, the earlier where two are level. Rows that fit none, or
/// whose question or answers are null, do not count where others do. Errors: those of reading;
/// kInvalidArgument: the file holds no JSON rows but something that is known; the format is
/// unknown, ambiguous or of no use here; its rows have fields that would be lost. The messages show
/// the fields.
Result<MappedFile> ReadFileFormat(RowSource& source, size_t index, const FileRules& rules,
                                  JsonLineParser& parser);

/// Why a row cannot be one of a file that is in its format because rows were recognised so, or
/// nothing. Error codes: those of Misfit.
std::optional<RowError> FitError(JsonLineParser& parser, const JsonLine& line,
                                 const MappedFile& file);

/// "FILE row N", with the file's own count.
std::string PlaceOf(const std::string& path, const RawRow& row);

}  // namespace gram::jobs

#endif  // GRAM_JOBS_FORMATS_FILE_FORMAT_H_
