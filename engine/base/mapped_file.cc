#include "engine/base/mapped_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "engine/base/mapped_regions.h"

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
  if (problem.ok()) {
    const auto* bytes = static_cast<const std::byte*>(data);
    return MappedFile(fd, bytes, static_cast<size_t>(info.st_size), path);
  }
  ::close(fd);
  return problem;
}

MappedFile::MappedFile(int fd, const std::byte* data, size_t size, std::string path)
    : fd_(fd),
      data_(data),
      size_(size),
      region_(AddMappedRegion(data, size, path)),
      path_(std::move(path)) {}

MappedFile::MappedFile(MappedFile&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)),
      data_(std::exchange(other.data_, nullptr)),
      size_(std::exchange(other.size_, 0)),
      region_(std::exchange(other.region_, -1)),
      path_(std::move(other.path_)) {}

MappedFile& MappedFile::operator=(MappedFile&& other) noexcept {
  std::swap(fd_, other.fd_);
  std::swap(data_, other.data_);
  std::swap(size_, other.size_);
  std::swap(region_, other.region_);
  std::swap(path_, other.path_);
  return *this;
}

MappedFile::~MappedFile() {
  if (data_ == nullptr) return;
  RemoveMappedRegion(region_);
  ::munmap(const_cast<std::byte*>(data_), size_);
  ::close(fd_);
}

Result<FileStamp> MappedFile::Stamp() const {
  struct stat info {};
  if (::fstat(fd_, &info) != 0) return ErrnoError("cannot look at " + path_, errno);
  constexpr int64_t kSecond = 1000000000;
  return FileStamp{info.st_size, info.st_mtim.tv_sec * kSecond + info.st_mtim.tv_nsec};
}

}  // namespace gram
