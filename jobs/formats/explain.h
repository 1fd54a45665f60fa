// How a file's rows are understood, told to people.
#ifndef GRAM_JOBS_FORMATS_EXPLAIN_H_
#define GRAM_JOBS_FORMATS_EXPLAIN_H_

#include <string>
#include <vector>

#include "jobs/formats/format.h"
#include "jobs/formats/input_row.h"
#include "jobs/formats/row_mapper.h"
#include "jobs/formats/row_view.h"

namespace gram::jobs {

struct FileExplanation {
  std::string path;
  Layout layout;
  const Format* format;  ///< null where the file has no JSON object; then the rest is empty
  const MapperOptions& options;
  JsonLine line;                   ///< the first row
  std::vector<RowView::Use> uses;  ///< of its fields
  InputRow row;                    ///< it, as mapped
};

/// Several lines: the format, which fields become what, which are not used, and the first row.
std::string ExplainFile(const FileExplanation& file);

}  // namespace gram::jobs

#endif  // GRAM_JOBS_FORMATS_EXPLAIN_H_
