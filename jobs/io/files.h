// Files that are read, appended to and written, and steps on files that survive a power failure.
#ifndef GRAM_JOBS_IO_FILES_H_
#define GRAM_JOBS_IO_FILES_H_

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "gram/status.h"

namespace gram::jobs {

/// Move-only owner of a file descriptor, which it closes; -1 is none.
class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(number_, other.number_);
    return *this;
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() { Close(); }

  int number() const { return number_; }
  int Close();  ///< what ::close returns; 0 where there is none

 private:
  int number_;
};

/// The bytes of a file or pipe as they lie there. Move-only.
class RawFile {
 public:
  /// Opens `path`; "-" is standard input. Errors: kNotFound, kIo.
  static Result<RawFile> Open(const std::string& path);

  /// A file that holds `text` and is in no folder. Errors: kIo (no memory for it).
  static Result<RawFile> InMemory(std::string_view text, std::string name);

  /// Takes over `descriptor`; `name` is what messages call it.
  RawFile(int descriptor, std::string name) : descriptor_(descriptor), name_(std::move(name)) {}

  /// Reads what there is, up to the size of `room`, which is not empty; waits for at least one
  /// byte. 0 at the end of the file. Errors: kIo.
  Result<size_t> Read(std::span<char> room);

  /// Whether Read would return without waiting for the other end of a pipe, or within `wait_ms`.
  bool Ready(int wait_ms) const;

  bool regular() const;  ///< a file, not a pipe or device
  const std::string& name() const { return name_; }
  int64_t bytes_read() const { return bytes_read_; }

 private:
  RawFile(Descriptor descriptor, std::string name)
      : descriptor_(std::move(descriptor)), name_(std::move(name)) {}

  Descriptor descriptor_;
  std::string name_;
  int64_t bytes_read_ = 0;
};

/// A file that only grows at its end, where a write either happens or leaves no trace. Move-only.
class AppendFile {
 public:
  /// Opens the file at `path`, which is made where there is none. Errors: kIo, kNotFound (no such
  /// folder), kInvalidArgument (not a regular file: a link, too).
  static Result<AppendFile> Open(const std::string& path);

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
  AppendFile(Descriptor descriptor, std::string path)
      : descriptor_(std::move(descriptor)), path_(std::move(path)) {}

  Descriptor descriptor_;
  std::string path_;
  int64_t bytes_ = 0;
};

/// Where result lines go: a file or standard output, every write checked. Move-only.
class OutputFile {
 public:
  /// Opens `path`; "-" is standard output. A regular file that holds something is replaced only
  /// with `force`, and never where it is the file open as `input_descriptor` (-1: none). Errors:
  /// kInvalidArgument (would overwrite), kIo, kNotFound (no such folder).
  static Result<OutputFile> Open(const std::string& path, bool force, int input_descriptor);

  /// Hands all of `text` to the operating system. Errors: kIo (disk full, pipe
  /// closed); see ReaderHasGone.
  Status Write(std::string_view text);

  /// Closes; the last chance to learn that a write failed. Call once, last.
  Status Close();

 private:
  OutputFile(Descriptor descriptor, std::string name)
      : descriptor_(std::move(descriptor)), name_(std::move(name)) {}

  Descriptor descriptor_;
  std::string name_;
};

/// Whether `status` says that standard output is a pipe whose reader wants no more, as `head` does:
/// what was to be done is done.
bool ReaderHasGone(const Status& status);

/// Writes `text` to standard output. Errors: kIo; see ReaderHasGone.
Status WriteStandardOutput(std::string_view text);

/// Puts `text` in the place of the file at `path`, or makes it: at any moment, even after a crash,
/// a reader finds the old file or the new one, whole. Uses `path`.tmp. Errors: kIo.
Status ReplaceFile(const std::string& path, std::string_view text);

/// Renames `from`, whose bytes are on disk, to `to`, which it replaces. Errors: kIo, kNotFound.
Status RenameFile(const std::string& from, const std::string& to);

/// Removes the file at `path`; one that is not there is no error. Errors: kIo.
Status RemoveFile(const std::string& path);

/// Whether anything is at `path`. Errors: kIo where that cannot be told.
Result<bool> FileExists(const std::string& path);

/// What a regular file holds, compressed or not: the same for the same bytes.
struct FileIdentity {
  int64_t bytes = 0;
  uint64_t checksum = 0;  ///< xxh3-64

  friend bool operator==(const FileIdentity&, const FileIdentity&) = default;
};

/// Reads the whole file. Errors: kNotFound, kIo, kInvalidArgument (not a regular file).
Result<FileIdentity> IdentifyFile(const std::string& path);

}  // namespace gram::jobs

#endif  // GRAM_JOBS_IO_FILES_H_
