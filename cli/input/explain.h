// How a file's rows are understood, told to people.
#ifndef GRAM_CLI_INPUT_EXPLAIN_H_
#define GRAM_CLI_INPUT_EXPLAIN_H_

#include <string>
#include <vector>

#include "cli/input/format.h"
#include "cli/input/input_row.h"
#include "cli/input/row_mapper.h"
#include "cli/input/row_view.h"

namespace gram::cli {

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

}  // namespace gram::cli

#endif  // GRAM_CLI_INPUT_EXPLAIN_H_
