// A finished journal to a compressed file.
#ifndef GRAM_CLI_JOB_PACKED_FILE_H_
#define GRAM_CLI_JOB_PACKED_FILE_H_

#include <atomic>
#include <string>

#include "cli/job/encoder.h"

namespace gram::cli {

/// Writes what the file `from` holds, compressed, to `to`, which is replaced, and to disk. False
/// where `stop` was set before it was done; `to` is then removed, as it is on an error. Errors:
/// kIo, kNotFound, kInternal.
Result<bool> PackFile(const std::string& from, const std::string& to, Packing packing,
                      const std::atomic<bool>& stop);

}  // namespace gram::cli

#endif  // GRAM_CLI_JOB_PACKED_FILE_H_
