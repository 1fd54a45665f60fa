// How a file's rows are understood, told to people.
#ifndef GRAM_JOBS_FORMATS_EXPLAIN_H_
#define GRAM_JOBS_FORMATS_EXPLAIN_H_

#include <string>
#include <vector>

#include "jobs/formats/file_format.h"
#include "jobs/formats/input_row.h"
#include "jobs/formats/row_mapper.h"
#include "jobs/formats/row_view.h"

namespace gram::jobs {

struct FileExplanation {
  const MappedFile& file;
  const MapperOptions& options;
  std::vector<RowView::Use> id;  ///< where the row's id comes from
  InputRow row;                  ///< the head of the file, as mapped
};

/// Several lines: the format, what becomes of each field that the first rows have, and a row. Every
/// field is on one line: with the part that it is used for, or with why it is not used.
std::string ExplainFile(const FileExplanation& file);

}  // namespace gram::jobs

#endif  // GRAM_JOBS_FORMATS_EXPLAIN_H_
