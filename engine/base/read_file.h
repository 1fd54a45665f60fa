// A small file as a text. Read, not mapped: a file that somebody cuts short meanwhile cannot fault.
#ifndef GRAM_ENGINE_BASE_READ_FILE_H_
#define GRAM_ENGINE_BASE_READ_FILE_H_

#include <cstdint>
#include <string>

#include "engine/base/status.h"

namespace gram {

/// The whole of the regular file `path`. Errors, naming it: kNotFound; kIo (not a regular file,
/// empty, unreadable or cut short meanwhile); kOutOfMemory; kUnsupported where it has more than
/// `limit` bytes.
Result<std::string> ReadWholeFile(const std::string& path, uint64_t limit);

}  // namespace gram

#endif  // GRAM_ENGINE_BASE_READ_FILE_H_
