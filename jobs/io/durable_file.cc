#include "jobs/io/durable_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>

#include "engine/base/status.h"
#include "jobs/io/append_file.h"

namespace gram::jobs {
namespace {

// A name is on disk once its folder is.
Status SyncFolderOf(const std::string& path) {
  const std::filesystem::path parent = std::filesystem::path(path).parent_path();
  const std::string folder = parent.empty() ? "." : parent.string();
  const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return ErrnoError("cannot open folder " + folder, errno);
  const int error = ::fsync(descriptor) == 0 ? 0 : errno;
  ::close(descriptor);
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

}  // namespace gram::jobs
