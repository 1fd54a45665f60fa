#include "jobs/io/files.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <vector>

#include "engine/base/status.h"
#include "engine/format/checksum.h"

namespace gram::jobs {
namespace {

constexpr const char* kStandardOutput = "standard output";
constexpr const char* kReaderGone = "whoever read standard output has closed it";
constexpr size_t kReadBytes = size_t{1} << 20;

bool IsSameFile(const struct stat& a, const struct stat& b) {
  return a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

// Writes all of `text`; 0, or the errno of what went wrong.
int WriteAll(const Descriptor& descriptor, std::string_view text) {
  while (!text.empty()) {
    const ssize_t count = ::write(descriptor.number(), text.data(), text.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return errno;
    text.remove_prefix(static_cast<size_t>(count));
  }
  return 0;
}

Status NotRegular(const std::string& path) {
  return InvalidArgument(path + " is not a regular file; remove what is there");
}

// A name is on disk once its folder is.
Status SyncFolderOf(const std::string& path) {
  const std::filesystem::path parent = std::filesystem::path(path).parent_path();
  const std::string folder = parent.empty() ? "." : parent.string();
  const Descriptor descriptor(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (descriptor.number() < 0) return ErrnoError("cannot open folder " + folder, errno);
  const int error = ::fsync(descriptor.number()) == 0 ? 0 : errno;
  // Some network file systems have no way to sync a folder, nor a need to.
  if (error != 0 && error != EINVAL) return ErrnoError("cannot sync folder " + folder, error);
  return {};
}

Status WriteWhole(const std::string& path, std::string_view text) {
  GRAM_ASSIGN_OR_RETURN(AppendFile file, AppendFile::Open(path));
  GRAM_RETURN_IF_ERROR(file.Truncate(0));
  GRAM_RETURN_IF_ERROR(file.Append(text));
  return file.Sync();
}

}  // namespace

int Descriptor::Close() {
  const int number = std::exchange(number_, -1);
  return number < 0 ? 0 : ::close(number);
}

Result<RawFile> RawFile::Open(const std::string& path) {
  const bool standard_input = path == "-";
  const int descriptor = standard_input ? ::fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0)
                                        : ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  const std::string name = standard_input ? "standard input" : path;
  if (descriptor < 0) return ErrnoError("cannot open input " + name, errno);
  return RawFile(descriptor, name);
}

Result<RawFile> RawFile::InMemory(std::string_view text, std::string name) {
  Descriptor descriptor(::memfd_create("rows", MFD_CLOEXEC));
  int error = descriptor.number() < 0 ? errno : WriteAll(descriptor, text);
  if (error == 0 && ::lseek(descriptor.number(), 0, SEEK_SET) < 0) error = errno;
  if (error != 0) return ErrnoError(name + ": no memory to hold them", error);
  return RawFile(std::move(descriptor), std::move(name));
}

Result<size_t> RawFile::Read(std::span<char> room) {
  ssize_t count = 0;
  do {
    count = ::read(descriptor_.number(), room.data(), room.size());
  } while (count < 0 && errno == EINTR);
  if (count < 0) return ErrnoError("cannot read " + name_, errno);
  bytes_read_ += count;
  return static_cast<size_t>(count);
}

bool RawFile::Ready(int wait_ms) const {
  pollfd request{descriptor_.number(), POLLIN, 0};
  return ::poll(&request, 1, wait_ms) > 0;
}

bool RawFile::regular() const {
  struct stat info {};
  return ::fstat(descriptor_.number(), &info) == 0 && S_ISREG(info.st_mode);
}

Result<AppendFile> AppendFile::Open(const std::string& path) {
  // The file is this program's own. A link in its place would be renamed where the file is to be,
  // and a FIFO would have to be waited for.
  constexpr int kFlags = O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK;
  Descriptor descriptor(::open(path.c_str(), kFlags, 0666));
  const int number = descriptor.number();
  if (number < 0 && (errno == ELOOP || errno == ENXIO)) return NotRegular(path);
  if (number < 0) return ErrnoError("cannot open " + path, errno);
  AppendFile file(std::move(descriptor), path);
  struct stat info {};
  if (::fstat(number, &info) != 0) return ErrnoError("cannot look at " + path, errno);
  if (!S_ISREG(info.st_mode)) return NotRegular(path);
  file.bytes_ = info.st_size;
  return file;
}

Status AppendFile::Append(std::string_view text) {
  if (const int error = WriteAll(descriptor_, text); error != 0) {
    (void)Truncate(bytes_);  // what would stay is a torn line, which its reader has to cut
    return ErrnoError("cannot write " + path_, error);
  }
  bytes_ += static_cast<int64_t>(text.size());
  return {};
}

bool AppendFile::InPlace() const {
  struct stat mine {};
  struct stat there {};
  return ::fstat(descriptor_.number(), &mine) == 0 && ::lstat(path_.c_str(), &there) == 0 &&
         IsSameFile(mine, there);
}

Status AppendFile::Sync() {
  if (::fdatasync(descriptor_.number()) != 0) return ErrnoError("cannot write " + path_, errno);
  return {};
}

Status AppendFile::Truncate(int64_t bytes) {
  if (::ftruncate(descriptor_.number(), bytes) != 0) {
    return ErrnoError("cannot shorten " + path_, errno);
  }
  bytes_ = bytes;
  return {};
}

Result<OutputFile> OutputFile::Open(const std::string& path, bool force, int input_descriptor) {
  if (path == "-") {
    Descriptor descriptor(::dup(STDOUT_FILENO));
    if (descriptor.number() < 0) return ErrnoError("cannot write standard output", errno);
    return OutputFile(std::move(descriptor), kStandardOutput);
  }
  // Opened without O_TRUNC: what is there is looked at before it is given up.
  Descriptor descriptor(::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0666));
  const int number = descriptor.number();
  if (number < 0) return ErrnoError("cannot open output " + path, errno);
  OutputFile file(std::move(descriptor), path);
  struct stat status {};
  if (::fstat(number, &status) != 0) return ErrnoError("cannot look at " + path, errno);
  if (!S_ISREG(status.st_mode)) return file;
  struct stat input {};
  if (input_descriptor >= 0 && ::fstat(input_descriptor, &input) == 0 &&
      IsSameFile(status, input)) {
    return InvalidArgument("output " + path + " is the input file; choose another name");
  }
  if (status.st_size > 0 && !force) {
    return InvalidArgument("output " + path + " exists; choose another name or add --force");
  }
  if (::ftruncate(number, 0) != 0) return ErrnoError("cannot empty " + path, errno);
  return file;
}

Status OutputFile::Write(std::string_view text) {
  const int error = WriteAll(descriptor_, text);
  if (error == 0) return {};
  if (error == EPIPE && name_ == kStandardOutput) return Cancelled(kReaderGone);
  return ErrnoError("cannot write " + name_, error);
}

Status OutputFile::Close() {
  if (descriptor_.Close() != 0) return ErrnoError("cannot write " + name_, errno);
  return {};
}

bool ReaderHasGone(const Status& status) {
  return status.code() == StatusCode::kCancelled && status.message() == kReaderGone;
}

Status WriteStandardOutput(std::string_view text) {
  GRAM_ASSIGN_OR_RETURN(OutputFile output, OutputFile::Open("-", false, -1));
  GRAM_RETURN_IF_ERROR(output.Write(text));
  return output.Close();
}

Status ReplaceFile(const std::string& path, std::string_view text) {
  const std::string fresh = path + ".tmp";
  const Status written = WriteWhole(fresh, text);
  if (!written.ok()) {
    ::unlink(fresh.c_str());
    return written;
  }
  return RenameFile(fresh, path);
}

Status RenameFile(const std::string& from, const std::string& to) {
  if (std::rename(from.c_str(), to.c_str()) != 0) {
    return ErrnoError("cannot rename " + from + " to " + to, errno);
  }
  return SyncFolderOf(to);
}

Status RemoveFile(const std::string& path) {
  if (::unlink(path.c_str()) != 0) {
    if (errno == ENOENT) return {};
    return ErrnoError("cannot remove " + path, errno);
  }
  return SyncFolderOf(path);
}

Result<bool> FileExists(const std::string& path) {
  struct stat info {};
  if (::stat(path.c_str(), &info) == 0) return true;
  if (errno == ENOENT) return false;
  return ErrnoError("cannot look at " + path, errno);
}

Result<FileIdentity> IdentifyFile(const std::string& path) {
  GRAM_ASSIGN_OR_RETURN(RawFile file, RawFile::Open(path));
  if (!file.regular()) return InvalidArgument("input " + path + " is not a regular file");
  FileIdentity identity;
  format::RunningChecksum checksum;
  std::vector<char> buffer(kReadBytes);
  while (true) {
    GRAM_ASSIGN_OR_RETURN(const size_t count, file.Read(buffer));
    if (count == 0) break;
    identity.bytes += static_cast<int64_t>(count);
    checksum.Update(std::as_bytes(std::span(buffer.data(), count)));
  }
  identity.checksum = checksum.Take();
  return identity;
}

}  // namespace gram::jobs
