#include "engine/format/atomic_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <utility>

#include "engine/base/files.h"

namespace gram::format {
namespace {

constexpr int kAttempts =
    100;  // temporary names to try: leftovers of killed processes may hold some
constexpr mode_t kMode = 0666;  // less the umask

std::string TemporaryName(const std::string& path, int attempt) {
  const std::string name = path + ".tmp." + std::to_string(::getpid());
  return attempt == 0 ? name : name + "." + std::to_string(attempt);
}

std::string FolderOf(const std::string& path) {
  const size_t slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

std::string DescriptorPath(int fd) { return "/proc/self/fd/" + std::to_string(fd); }

// Linux file systems that know it (ext4, xfs, btrfs, tmpfs ...) drop such a file when its last
// descriptor closes; -1 elsewhere. Linking it later takes /proc, so that is tried now, not after
// minutes of writing.
int OpenNameless(const std::string& folder) {
#ifdef O_TMPFILE
  const int fd = ::open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, kMode);
  if (fd < 0 || ::access(DescriptorPath(fd).c_str(), F_OK) == 0) return fd;
  ::close(fd);
#endif
  return -1;
}

Status SyncFolder(const std::string& folder) {
  const int fd = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return ErrnoError("cannot open folder " + folder, errno);
  const int failed = ::fsync(fd);
  const int error = errno;
  ::close(fd);
  // EINVAL: a file system whose folders cannot be synced, and need not be.
  if (failed != 0 && error != EINVAL) return ErrnoError("cannot sync folder " + folder, error);
  return {};
}

}  // namespace

Result<AtomicFile> AtomicFile::Create(const std::string& path, Temporary temporary) {
  struct stat info {};
  if (path.empty() || path.back() == '/' ||
      (::stat(path.c_str(), &info) == 0 && !S_ISREG(info.st_mode))) {
    return InvalidArgument("cannot write '" + path + "': not the name of a regular file");
  }
  AtomicFile file;
  file.path_ = LinkTarget(path);
  file.folder_ = FolderOf(file.path_);
  if (temporary == Temporary::kNameless) file.fd_ = OpenNameless(file.folder_);
  if (file.fd_ < 0) GRAM_RETURN_IF_ERROR(file.OpenNamed());
  return file;
}

AtomicFile::AtomicFile(AtomicFile&& other) noexcept
    : path_(std::move(other.path_)),
      folder_(std::move(other.folder_)),
      temporary_(std::exchange(other.temporary_, {})),
      size_(other.size_),
      fd_(std::exchange(other.fd_, -1)) {}

AtomicFile& AtomicFile::operator=(AtomicFile&& other) noexcept {
  std::swap(path_, other.path_);
  std::swap(folder_, other.folder_);
  std::swap(temporary_, other.temporary_);
  std::swap(size_, other.size_);
  std::swap(fd_, other.fd_);
  return *this;
}

AtomicFile::~AtomicFile() {
  if (fd_ >= 0) ::close(fd_);
  if (!temporary_.empty()) ::unlink(temporary_.c_str());
}

Status AtomicFile::OpenNamed() {
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    const std::string name = TemporaryName(path_, attempt);
    fd_ = ::open(name.c_str(), O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, kMode);
    if (fd_ >= 0) {
      temporary_ = name;
      return {};
    }
    if (errno != EEXIST) break;
  }
  return ErrnoError("cannot create " + path_, errno);
}

Status AtomicFile::LinkNamed() {
  const std::string self = DescriptorPath(fd_);
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    const std::string name = TemporaryName(path_, attempt);
    if (::linkat(AT_FDCWD, self.c_str(), AT_FDCWD, name.c_str(), AT_SYMLINK_FOLLOW) == 0) {
      temporary_ = name;
      return {};
    }
    if (errno != EEXIST) break;
  }
  return ErrnoError("cannot create " + path_, errno);
}

Status AtomicFile::Append(std::span<const std::byte> bytes) {
  GRAM_RETURN_IF_ERROR(WriteAt(size_, bytes));
  size_ += bytes.size();
  return {};
}

Status AtomicFile::WriteAt(uint64_t offset, std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::pwrite(fd_, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return ErrnoError("cannot write " + path_, errno);
    if (written == 0) return IoError("cannot write " + path_ + ": the system took no bytes");
    bytes = bytes.subspan(static_cast<size_t>(written));
    offset += static_cast<uint64_t>(written);
  }
  return {};
}

Status AtomicFile::Commit() {
  // In this order a power failure leaves the old file or the whole new one, never a part of it.
  if (::fsync(fd_) != 0) return ErrnoError("cannot sync " + path_, errno);
  // linkat cannot replace a file, rename can: hence a name in between.
  if (temporary_.empty()) GRAM_RETURN_IF_ERROR(LinkNamed());
  if (::rename(temporary_.c_str(), path_.c_str()) != 0) {
    return ErrnoError("cannot rename " + temporary_ + " to " + path_, errno);
  }
  temporary_.clear();
  const int failed = ::close(std::exchange(fd_, -1));
  if (failed != 0) return ErrnoError("cannot close " + path_, errno);
  return SyncFolder(folder_);
}

}  // namespace gram::format
