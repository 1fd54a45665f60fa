#include "engine/base/files.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>
#include <utility>

namespace gram {
namespace {

/// What a signal handler can look a mapping up in: no lock, no memory.
struct Region {
  std::atomic<bool> taken = false;
  std::atomic<uintptr_t> begin = 0;  // set last and cleared first: 0 while the rest may be wrong
  std::atomic<size_t> size = 0;
  std::array<char, 512> path{};
};
static_assert(std::atomic<uintptr_t>::is_always_lock_free);

constexpr int kRegions = 64;  // a program maps a model or two, and now and then a small file

// Global, since a handler can reach nothing else.
std::array<Region, kRegions> regions;

/// Notes that `path` is mapped at [data, data + size). Gives the number that RemoveRegion takes, or
/// -1 where all places are taken: the file is then not found by MappedFileAt.
int AddRegion(const void* data, size_t size, const std::string& path) {
  for (int i = 0; i < kRegions; ++i) {
    Region& region = regions[static_cast<size_t>(i)];
    if (region.taken.exchange(true)) continue;
    const size_t bytes = path.copy(region.path.data(), region.path.size() - 1);
    region.path[bytes] = '\0';
    region.size = size;
    region.begin = reinterpret_cast<uintptr_t>(data);
    return i;
  }
  return -1;
}

void RemoveRegion(int region) {
  if (region < 0) return;
  regions[static_cast<size_t>(region)].begin = 0;
  regions[static_cast<size_t>(region)].taken = false;
}

/// The size of the regular file behind `fd`, at least 1.
Result<uint64_t> FileSize(int fd, const std::string& path) {
  struct stat info {};
  if (::fstat(fd, &info) != 0) return ErrnoError("cannot stat " + path, errno);
  if (!S_ISREG(info.st_mode)) return IoError(path + ": not a regular file");
  if (info.st_size == 0) return IoError(path + ": the file is empty");
  return static_cast<uint64_t>(info.st_size);
}

Status ReadAll(int fd, const std::string& path, std::string* text) {
  for (size_t pos = 0; pos < text->size();) {
    const ssize_t got = ::read(fd, text->data() + pos, text->size() - pos);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return ErrnoError("cannot read " + path, errno);
    if (got == 0) return IoError(path + ": the file became shorter while it was read");
    pos += static_cast<size_t>(got);
  }
  return Status();
}

Result<std::string> ReadDescriptor(int fd, const std::string& path, uint64_t limit) {
  GRAM_ASSIGN_OR_RETURN(const uint64_t bytes, FileSize(fd, path));
  if (bytes > limit) {
    return Unsupported(path + ": " + std::to_string(bytes) + " bytes; at most " +
                       std::to_string(limit) + " can be read");
  }
  const std::string doing = "reading " + path + " (" + std::to_string(bytes) + " bytes)";
  return OrOutOfMemory(doing, [&]() -> Result<std::string> {
    std::string text(bytes, '\0');
    GRAM_RETURN_IF_ERROR(ReadAll(fd, path, &text));
    return text;
  });
}

}  // namespace

Result<MappedFile> MappedFile::Open(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return ErrnoError("cannot open " + path, errno);
  const Result<uint64_t> bytes = FileSize(fd, path);
  if (!bytes.ok()) {
    ::close(fd);
    return bytes.status();
  }
  void* data = ::mmap(nullptr, *bytes, PROT_READ, MAP_SHARED, fd, 0);
  if (data == MAP_FAILED) {
    const Status problem = ErrnoError("cannot map " + path, errno);
    ::close(fd);
    return problem;
  }
  return MappedFile(fd, static_cast<const std::byte*>(data), *bytes, path);
}

MappedFile::MappedFile(int fd, const std::byte* data, size_t size, std::string path)
    : fd_(fd),
      data_(data),
      size_(size),
      region_(AddRegion(data, size, path)),
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
  RemoveRegion(region_);
  ::munmap(const_cast<std::byte*>(data_), size_);
  ::close(fd_);
}

Result<FileStamp> MappedFile::Stamp() const {
  struct stat info {};
  if (::fstat(fd_, &info) != 0) return ErrnoError("cannot look at " + path_, errno);
  constexpr int64_t kSecond = 1000000000;
  return FileStamp{info.st_size, info.st_mtim.tv_sec * kSecond + info.st_mtim.tv_nsec};
}

const char* MappedFileAt(const void* address) {
  const auto at = reinterpret_cast<uintptr_t>(address);
  for (const Region& region : regions) {
    const uintptr_t begin = region.begin;
    if (begin != 0 && at >= begin && at - begin < region.size) return region.path.data();
  }
  return nullptr;
}

Result<std::string> ReadWholeFile(const std::string& path, uint64_t limit) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);  // a FIFO has no end
  if (fd < 0) return ErrnoError("cannot open " + path, errno);
  Result<std::string> text = ReadDescriptor(fd, path, limit);
  ::close(fd);
  return text;
}

std::string LinkTarget(const std::string& path) {
  namespace fs = std::filesystem;
  constexpr int kMostLinks = 40;  // as many as Linux follows
  std::error_code error;
  if (!fs::is_symlink(path, error)) return path;
  if (const fs::path target = fs::canonical(path, error); !error) return target.string();
  // Nothing is there: the links are followed by hand.
  fs::path current = path;
  for (int i = 0; i < kMostLinks; ++i) {
    if (!fs::is_symlink(current, error)) return current.string();
    const fs::path target = fs::read_symlink(current, error);
    if (error) return path;
    current = current.parent_path() / target;  // an absolute target stands alone
  }
  return path;
}

}  // namespace gram
