// A file that only grows at its end, where a write either happens or leaves no trace.
#ifndef GRAM_JOBS_IO_APPEND_FILE_H_
#define GRAM_JOBS_IO_APPEND_FILE_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "gram/status.h"

namespace gram::jobs {

/// Move-only owner of the descriptor.
class AppendFile {
 public:
  /// Opens the file at `path`, which is made where there is none. Errors: kIo, kNotFound (no such
  /// folder), kInvalidArgument (not a regular file: a link, too).
  static Result<AppendFile> Open(const std::string& path);

  AppendFile(AppendFile&& other) noexcept;
  AppendFile& operator=(AppendFile&& other) noexcept;
  AppendFile(const AppendFile&) = delete;
  AppendFile& operator=(const AppendFile&) = delete;
  ~AppendFile();

  /// Adds `text` at the end; on an error, none of it stays. Errors: kIo (disk full).
  Status Append(std::string_view text);

  /// Whether the file is still what is found at its path: it may have been removed or replaced.
  bool InPlace() const;

  /// Returns once all that was appended is on disk. Errors: kIo.
  Status Sync();

  /// Cuts the file to its first `bytes` bytes. Errors: kIo.
  Status Truncate(int64_t bytes);

  const std::string& path() const { return path_; }
  void SetPath(const std::string& path) { path_ = path; }  ///< the file was renamed
  int64_t bytes() const { return bytes_; }

 private:
  AppendFile(int descriptor, std::string path) : descriptor_(descriptor), path_(std::move(path)) {}

  int descriptor_;
  std::string path_;
  int64_t bytes_ = 0;
};

}  // namespace gram::jobs

#endif  // GRAM_JOBS_IO_APPEND_FILE_H_
