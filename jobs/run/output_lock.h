// One process at a time writes an output.
#ifndef GRAM_JOBS_RUN_OUTPUT_LOCK_H_
#define GRAM_JOBS_RUN_OUTPUT_LOCK_H_

#include <string>

#include "gram/status.h"

namespace gram::jobs {

/// A lock file, held while this object lives and removed with it. The lock is the kernel's and ends
/// with the process: a lock file that a killed process left behind is free. Where the file system
/// knows no locks, nothing is locked. Move-only.
class OutputLock {
 public:
  /// Locks `path` on behalf of `output`. Errors: kInvalidArgument (another process holds it; the
  /// message names it), kIo, kNotFound.
  static Result<OutputLock> Acquire(const std::string& path, const std::string& output);

  OutputLock(OutputLock&& other) noexcept;
  OutputLock& operator=(OutputLock&&) = delete;
  OutputLock(const OutputLock&) = delete;
  OutputLock& operator=(const OutputLock&) = delete;
  ~OutputLock();

 private:
  OutputLock(int descriptor, std::string path) : descriptor_(descriptor), path_(std::move(path)) {}

  Status Refusal(const std::string& output) const;
  bool IsAt(const std::string& path) const;
  void WriteHolder();

  int descriptor_;
  std::string path_;
};

}  // namespace gram::jobs

#endif  // GRAM_JOBS_RUN_OUTPUT_LOCK_H_
