// A whole file mapped read-only and shared: N processes that map one model keep one copy of it in
// memory.
#ifndef GRAM_ENGINE_BASE_MAPPED_FILE_H_
#define GRAM_ENGINE_BASE_MAPPED_FILE_H_

#include <cstddef>
#include <span>
#include <string>

#include "engine/base/status.h"

namespace gram {

/// Move-only owner of the mapping. The bytes stay valid and at the same address for the life of the
/// object; pages are read on first touch. Truncating the file while it is mapped makes reads fault,
/// as for any mmap.
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

 private:
  MappedFile(const std::byte* data, size_t size, std::string path)
      : data_(data), size_(size), path_(std::move(path)) {}

  const std::byte* data_ = nullptr;
  size_t size_ = 0;
  std::string path_;
};

}  // namespace gram

#endif  // GRAM_ENGINE_BASE_MAPPED_FILE_H_
