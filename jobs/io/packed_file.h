// A finished journal to a compressed file.
#ifndef GRAM_JOBS_IO_PACKED_FILE_H_
#define GRAM_JOBS_IO_PACKED_FILE_H_

#include <atomic>
#include <string>

#include "jobs/io/encoder.h"

namespace gram::jobs {

/// Writes what the file `from` holds, compressed, to `to`, which is replaced, and to disk. False
/// where `stop` was set before it was done; `to` is then removed, as it is on an error. Errors:
/// kIo, kNotFound, kInternal.
Result<bool> PackFile(const std::string& from, const std::string& to, Packing packing,
                      const std::atomic<bool>& stop);

}  // namespace gram::jobs

#endif  // GRAM_JOBS_IO_PACKED_FILE_H_
