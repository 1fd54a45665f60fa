#include "jobs/io/append_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "engine/base/status.h"

namespace gram::jobs {

namespace {

Status NotRegular(const std::string& path) {
  return InvalidArgument(path + " is not a regular file; remove what is there");
}

}  // namespace

Result<AppendFile> AppendFile::Open(const std::string& path) {
  // The file is this program's own. A link in its place would be renamed where the file is to be,
  // and a FIFO would have to be waited for.
  constexpr int kFlags = O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK;
  const int descriptor = ::open(path.c_str(), kFlags, 0666);
  if (descriptor < 0 && (errno == ELOOP || errno == ENXIO)) return NotRegular(path);
  if (descriptor < 0) return ErrnoError("cannot open " + path, errno);
  AppendFile file(descriptor, path);
  struct stat info {};
  if (::fstat(descriptor, &info) != 0) return ErrnoError("cannot look at " + path, errno);
  if (!S_ISREG(info.st_mode)) return NotRegular(path);
  file.bytes_ = info.st_size;
  return file;
}

AppendFile::AppendFile(AppendFile&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)),
      path_(std::move(other.path_)),
      bytes_(other.bytes_) {}

AppendFile& AppendFile::operator=(AppendFile&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  std::swap(path_, other.path_);
  std::swap(bytes_, other.bytes_);
  return *this;
}

AppendFile::~AppendFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

Status AppendFile::Append(std::string_view text) {
  std::string_view rest = text;
  while (!rest.empty()) {
    const ssize_t count = ::write(descriptor_, rest.data(), rest.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) {
      const int error = errno;
      (void)Truncate(bytes_);  // what would stay is a torn line, which its reader has to cut
      return ErrnoError("cannot write " + path_, error);
    }
    rest.remove_prefix(static_cast<size_t>(count));
  }
  bytes_ += static_cast<int64_t>(text.size());
  return {};
}

bool AppendFile::InPlace() const {
  struct stat mine {};
  struct stat there {};
  return ::fstat(descriptor_, &mine) == 0 && ::lstat(path_.c_str(), &there) == 0 &&
         mine.st_dev == there.st_dev && mine.st_ino == there.st_ino;
}

Status AppendFile::Sync() {
  if (::fdatasync(descriptor_) != 0) return ErrnoError("cannot write " + path_, errno);
  return {};
}

Status AppendFile::Truncate(int64_t bytes) {
  if (::ftruncate(descriptor_, bytes) != 0) return ErrnoError("cannot shorten " + path_, errno);
  bytes_ = bytes;
  return {};
}

}  // namespace gram::jobs
