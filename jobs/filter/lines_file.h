// A file of lines that is there when it is whole, and not before.
#ifndef GRAM_JOBS_FILTER_LINES_FILE_H_
#define GRAM_JOBS_FILTER_LINES_FILE_H_

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "gram/status.h"
#include "jobs/io/compression.h"
#include "jobs/io/files.h"

namespace gram::jobs {

/// Writes beside `path`, compressed where that ends in .gz or .zst, and renames at the end. What is
/// no regular file ("-", a FIFO) is written to as it goes, plain. Move-only; one that goes without
/// Commit leaves nothing behind.
class LinesFile {
 public:
  /// Errors: kInvalidArgument (`path` is a file that holds something, and no `force`; a folder),
  /// kIo, kNotFound (no such folder).
  static Result<LinesFile> Create(const std::string& path, bool force);

  LinesFile(LinesFile&& other) noexcept = default;
  LinesFile& operator=(LinesFile&&) = delete;
  LinesFile(const LinesFile&) = delete;
  LinesFile& operator=(const LinesFile&) = delete;
  ~LinesFile();

  /// Adds `line`, which has its line feed. Errors: kIo (disk full).
  Status Write(std::string_view line);

  /// Puts all lines on disk and the file in its place. Call once, last. Errors: kIo.
  Status Commit();

 private:
  explicit LinesFile(std::string path) : path_(std::move(path)) {}

  Status Flush(bool last);

  std::string path_;
  std::string temporary_;             // empty: nothing to rename or to remove
  std::optional<OutputFile> direct_;  // where path_ is no regular file, else
  std::optional<AppendFile> file_;
  std::unique_ptr<Encoder> encoder_;  // null: plain
  std::string pending_;
};

}  // namespace gram::jobs

#endif  // GRAM_JOBS_FILTER_LINES_FILE_H_
