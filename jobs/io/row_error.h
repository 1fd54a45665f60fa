// Why one row has no result.
#ifndef GRAM_JOBS_IO_ROW_ERROR_H_
#define GRAM_JOBS_IO_ROW_ERROR_H_

#include <string>

namespace gram::jobs {

/// A stable code (docs/cli.md lists them) and a line for people.
struct RowError {
  std::string code;
  std::string message;
};

}  // namespace gram::jobs

#endif  // GRAM_JOBS_IO_ROW_ERROR_H_
