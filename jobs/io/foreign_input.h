// What an input is that is not JSON, and how it becomes JSON: for messages.
#ifndef GRAM_JOBS_IO_FOREIGN_INPUT_H_
#define GRAM_JOBS_IO_FOREIGN_INPUT_H_

#include <string>
#include <string_view>
#include <vector>

#include "jobs/io/json_line.h"

namespace gram::jobs {

/// A row that is no JSON object.
struct OddRow {
  std::string text;
  RowError error;
};

/// What a text is whose first rows are all odd: "is CSV; ...", with what to do about it, to follow
/// its name. Empty where it is nothing that is known.
std::string DescribeForeignRows(const std::vector<OddRow>& rows);

/// Files that are known by their first bytes.
struct ForeignFile {
  std::string_view magic;
  std::string_view what;  ///< "a Parquet file"
  std::string_view hint;  ///< how to make JSON of it
};

/// The file whose magic `first` begins with; null where it is none. `undecided`: more bytes are
/// needed to tell.
const ForeignFile* FindForeignFile(std::string_view first, bool& undecided);

}  // namespace gram::jobs

#endif  // GRAM_JOBS_IO_FOREIGN_INPUT_H_
