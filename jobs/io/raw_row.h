// One row of input as it was read: its text and its place, not yet parsed.
#ifndef GRAM_JOBS_IO_RAW_ROW_H_
#define GRAM_JOBS_IO_RAW_ROW_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "jobs/io/row_error.h"

namespace gram::jobs {

struct RawRow {
  size_t file = 0;       ///< index into RowSource::files()
  int64_t number = 0;    ///< 1 for the first row of all; lines of white space are not rows
  int64_t file_row = 0;  ///< 1 for the first row of its file
  std::string text;      ///< the row's JSON byte for byte; line feeds only between its tokens
  std::optional<RowError> error;  ///< too_long: the text is left out
};

}  // namespace gram::jobs

#endif  // GRAM_JOBS_IO_RAW_ROW_H_
