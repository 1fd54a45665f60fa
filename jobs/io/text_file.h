// A small text file, read whole.
#ifndef GRAM_JOBS_IO_TEXT_FILE_H_
#define GRAM_JOBS_IO_TEXT_FILE_H_

#include <string>

#include "gram/status.h"

namespace gram::jobs {

/// The bytes of the file at `path`, at most 1 MiB. Errors: kNotFound, kIo (also for an
/// empty one), kInvalidArgument (too large).
Result<std::string> ReadTextFile(const std::string& path);

}  // namespace gram::jobs

#endif  // GRAM_JOBS_IO_TEXT_FILE_H_
