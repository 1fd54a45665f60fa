// The bytes of a file or pipe as they lie there.
#ifndef GRAM_JOBS_IO_RAW_FILE_H_
#define GRAM_JOBS_IO_RAW_FILE_H_

#include <cstdint>
#include <span>
#include <string>

#include "gram/status.h"

namespace gram::jobs {

/// Move-only owner of a descriptor to read from.
class RawFile {
 public:
  /// Opens `path`; "-" is standard input. Errors: kNotFound, kIo.
  static Result<RawFile> Open(const std::string& path);

  /// Takes over `descriptor`; `name` is what messages call it.
  RawFile(int descriptor, std::string name) : descriptor_(descriptor), name_(std::move(name)) {}
  RawFile(RawFile&& other) noexcept;
  RawFile& operator=(RawFile&&) = delete;
  RawFile(const RawFile&) = delete;
  RawFile& operator=(const RawFile&) = delete;
  ~RawFile();

  /// Reads what there is, up to the size of `room`, which is not empty; waits for at least one
  /// byte. 0 at the end of the file. Errors: kIo.
  Result<size_t> Read(std::span<char> room);

  /// Whether Read would return without waiting for the other end of a pipe, or within `wait_ms`.
  bool Ready(int wait_ms) const;

  bool regular() const;  ///< a file, not a pipe or device
  const std::string& name() const { return name_; }
  int64_t bytes_read() const { return bytes_read_; }

 private:
  int descriptor_;
  std::string name_;
  int64_t bytes_read_ = 0;
};

}  // namespace gram::jobs

#endif  // GRAM_JOBS_IO_RAW_FILE_H_
