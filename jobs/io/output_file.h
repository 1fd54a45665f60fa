// Where result lines go: a file or standard output, every write checked.
#ifndef GRAM_JOBS_IO_OUTPUT_FILE_H_
#define GRAM_JOBS_IO_OUTPUT_FILE_H_

#include <string>
#include <string_view>

#include "gram/status.h"

namespace gram::jobs {

/// Move-only owner of a descriptor to write to.
class OutputFile {
 public:
  /// Opens `path`; "-" is standard output. A regular file that holds something is replaced only
  /// with `force`, and never where it is the file open as `input_descriptor` (-1: none). Errors:
  /// kInvalidArgument (would overwrite), kIo, kNotFound (no such folder).
  static Result<OutputFile> Open(const std::string& path, bool force, int input_descriptor);

  OutputFile(OutputFile&& other) noexcept;
  OutputFile& operator=(OutputFile&&) = delete;
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;
  ~OutputFile();

  /// Hands all of `text` to the operating system. Errors: kIo (disk full, pipe
  /// closed); see ReaderHasGone.
  Status Write(std::string_view text);

  /// Closes; the last chance to learn that a write failed. Call once, last.
  Status Close();

 private:
  OutputFile(int descriptor, std::string name) : descriptor_(descriptor), name_(std::move(name)) {}

  int descriptor_;
  std::string name_;
};

/// Whether `status` says that standard output is a pipe whose reader wants no more, as `head` does:
/// what was to be done is done.
bool ReaderHasGone(const Status& status);

/// Writes `text` to standard output. Errors: kIo; see ReaderHasGone.
Status WriteStandardOutput(std::string_view text);

}  // namespace gram::jobs

#endif  // GRAM_JOBS_IO_OUTPUT_FILE_H_
