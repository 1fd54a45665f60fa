#include "engine/base/mapped_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

namespace gram {

Result<MappedFile> MappedFile::Open(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return ErrnoError("cannot open " + path, errno);
  struct stat info {};
  Status problem;
  void* data = MAP_FAILED;
  if (::fstat(fd, &info) != 0) {
    problem = ErrnoError("cannot stat " + path, errno);
  } else if (!S_ISREG(info.st_mode)) {
    problem = IoError(path + ": not a regular file");
  } else if (info.st_size == 0) {
    problem = IoError(path + ": the file is empty");
  } else {
    data = ::mmap(nullptr, static_cast<size_t>(info.st_size), PROT_READ, MAP_SHARED, fd, 0);
    if (data == MAP_FAILED) problem = ErrnoError("cannot map " + path, errno);
  }
  ::close(fd);  // the mapping keeps the file alive
  if (!problem.ok()) return problem;
  return MappedFile(static_cast<const std::byte*>(data), static_cast<size_t>(info.st_size), path);
}

MappedFile::MappedFile(MappedFile&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)),
      size_(std::exchange(other.size_, 0)),
      path_(std::move(other.path_)) {}

MappedFile& MappedFile::operator=(MappedFile&& other) noexcept {
  std::swap(data_, other.data_);
  std::swap(size_, other.size_);
  std::swap(path_, other.path_);
  return *this;
}

MappedFile::~MappedFile() {
  if (data_ != nullptr) ::munmap(const_cast<std::byte*>(data_), size_);
}

}  // namespace gram
