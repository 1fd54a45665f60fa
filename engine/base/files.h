// Files: mapped whole, read whole, and where a symbolic link leads.
#ifndef GRAM_ENGINE_BASE_FILES_H_
#define GRAM_ENGINE_BASE_FILES_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "engine/base/status.h"

namespace gram {

/// What the system tells of a file that changes when somebody writes to it. Renaming or removing
/// the file, or putting another in its place, changes neither.
struct FileStamp {
  int64_t bytes = 0;
  int64_t written_ns = 0;  ///< time of the last write, since the epoch

  friend bool operator==(const FileStamp&, const FileStamp&) = default;
};

/// A whole file mapped read-only and shared: N processes that map one model keep one copy of it in
/// memory. Move-only owner of the mapping. The bytes stay at the same address for the life of the
/// object; pages are read on first touch. A file that is replaced by renaming stays mapped as it
/// was. One that is written to changes under the reader (see Stamp), and one that is cut makes
/// reads behind its new end raise SIGBUS, as for any mmap: a program that wants to say so asks
/// MappedFileAt. No handler is installed here.
class MappedFile {
 public:
  /// Errors: kNotFound, kIo; an empty file or a folder is kIo.
  static Result<MappedFile> Open(const std::string& path);

  MappedFile(MappedFile&& other) noexcept;
  MappedFile& operator=(MappedFile&& other) noexcept;
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;
  ~MappedFile();

  std::span<const std::byte> bytes() const { return {data_, size_}; }
  const std::string& path() const { return path_; }

  /// The stamp of the file that is mapped, now; takes a microsecond. Errors: kIo.
  Result<FileStamp> Stamp() const;

 private:
  MappedFile(int fd, const std::byte* data, size_t size, std::string path);

  int fd_ = -1;  // kept to look at the file that is mapped, whatever has its name by now
  const std::byte* data_ = nullptr;
  size_t size_ = 0;
  int region_ = -1;
  std::string path_;
};

/// The path of the file that a MappedFile maps at `address`, cut to some hundred bytes; null where
/// there is none, or where more files are mapped than the table has places. Takes no lock and no
/// memory, so a signal handler may call it: it has to say what was cut short. The text lives until
/// the file is unmapped.
const char* MappedFileAt(const void* address);

/// The whole of the regular file `path` as a text: read, not mapped, so that a file which somebody
/// cuts short meanwhile cannot fault. Errors, naming it: kNotFound; kIo (not a regular file,
/// empty, unreadable or cut short meanwhile); kOutOfMemory; kUnsupported where it has more than
/// `limit` bytes.
Result<std::string> ReadWholeFile(const std::string& path, uint64_t limit);

/// The file that writing to `path` would write to: where `path` is a link, what it leads to, over
/// any number of links. `path` itself where it is none, or where links lead in a circle. Whoever
/// renames a new file over the result replaces the file and not the link.
std::string LinkTarget(const std::string& path);

}  // namespace gram

#endif  // GRAM_ENGINE_BASE_FILES_H_
