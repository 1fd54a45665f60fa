// Steps on files that survive a power failure: replace, rename, remove.
#ifndef GRAM_JOBS_IO_DURABLE_FILE_H_
#define GRAM_JOBS_IO_DURABLE_FILE_H_

#include <string>
#include <string_view>

#include "gram/status.h"

namespace gram::jobs {

/// Puts `text` in the place of the file at `path`, or makes it: at any moment, even after a crash,
/// a reader finds the old file or the new one, whole. Uses `path`.tmp. Errors: kIo.
Status ReplaceFile(const std::string& path, std::string_view text);

/// Renames `from`, whose bytes are on disk, to `to`, which it replaces. Errors: kIo, kNotFound.
Status RenameFile(const std::string& from, const std::string& to);

/// Removes the file at `path`; one that is not there is no error. Errors: kIo.
Status RemoveFile(const std::string& path);

/// Whether anything is at `path`. Errors: kIo where that cannot be told.
Result<bool> FileExists(const std::string& path);

}  // namespace gram::jobs

#endif  // GRAM_JOBS_IO_DURABLE_FILE_H_
