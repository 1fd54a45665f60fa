// A small text file, read whole.
#ifndef GRAM_CLI_INPUT_TEXT_FILE_H_
#define GRAM_CLI_INPUT_TEXT_FILE_H_

#include <string>

#include "gram/status.h"

namespace gram::cli {

/// The bytes of the file at `path`, at most 1 MiB. Errors: kNotFound, kIo (also for an
/// empty one), kInvalidArgument (too large).
Result<std::string> ReadTextFile(const std::string& path);

}  // namespace gram::cli

#endif  // GRAM_CLI_INPUT_TEXT_FILE_H_
