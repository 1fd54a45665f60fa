// A file that appears under its name complete and on disk, or not at all.
#ifndef GRAM_ENGINE_FORMAT_ATOMIC_FILE_H_
#define GRAM_ENGINE_FORMAT_ATOMIC_FILE_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "engine/base/status.h"

namespace gram::format {

/// The file's name until it is committed.
enum class Temporary {
  kNameless,  ///< nothing, so that even a killed process leaves nothing behind; where the file
              ///< system cannot do that, kNamed
  kNamed,     ///< PATH.tmp.PID
};

/// Commit() gives the file its name. Destroyed before that, it is gone. Move-only; one thread at a
/// time.
class AtomicFile {
 public:
  /// Replaces a regular file at `path` only when committed; where that is a link, what it leads to.
  /// Errors: kNotFound (no such folder), kInvalidArgument (`path` is something other than a regular
  /// file), kIo.
  static Result<AtomicFile> Create(const std::string& path,
                                   Temporary temporary = Temporary::kNameless);

  AtomicFile(AtomicFile&& other) noexcept;
  AtomicFile& operator=(AtomicFile&& other) noexcept;
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;
  ~AtomicFile();

  /// Appends. kIo names the path, as for a full disk.
  Status Append(std::span<const std::byte> bytes);

  /// Overwrites what was appended before. kIo.
  Status WriteAt(uint64_t offset, std::span<const std::byte> bytes);

  /// Forces the bytes to disk, then the name. Nothing may be written afterwards. kIo, and kNotFound
  /// where the folder is gone.
  Status Commit();

  const std::string& path() const { return path_; }

 private:
  AtomicFile() = default;
  Status OpenNamed();
  Status LinkNamed();

  std::string path_;
  std::string folder_;
  std::string temporary_;  // empty while the file has no name
  uint64_t size_ = 0;      // bytes appended
  int fd_ = -1;
};

}  // namespace gram::format

#endif  // GRAM_ENGINE_FORMAT_ATOMIC_FILE_H_
