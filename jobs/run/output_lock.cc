#include "jobs/run/output_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <utility>

#include "engine/base/status.h"

namespace gram::jobs {
namespace {

bool MeansNoLocksHere(int error) {
  return error == ENOSYS || error == ENOLCK || error == EOPNOTSUPP || error == EINVAL;
}

}  // namespace

Result<OutputLock> OutputLock::Acquire(const std::string& path, const std::string& output) {
  while (true) {
    const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (descriptor < 0) return ErrnoError("cannot open " + path, errno);
    OutputLock lock(descriptor, path);
    const bool locked = ::flock(descriptor, LOCK_EX | LOCK_NB) == 0;
    if (!locked && errno == EINTR) continue;
    if (!locked && !MeansNoLocksHere(errno)) {
      const Status refusal = lock.Refusal(output);
      lock.path_.clear();  // the holder's, who removes it
      return refusal;
    }
    // The file may have been removed between open and flock, by the process that held it before.
    if (lock.IsAt(path)) {
      lock.WriteHolder();
      return lock;
    }
    lock.path_.clear();
  }
}

Status OutputLock::Refusal(const std::string& output) const {
  std::array<char, 256> holder{};
  const ssize_t count = ::pread(descriptor_, holder.data(), holder.size(), 0);
  const std::string who =
      count > 0 ? " (" + std::string(holder.data(), static_cast<size_t>(count)) + ")" : "";
  return InvalidArgument("another process" + who + " is writing " + output +
                         "; wait for it, or choose another --output");
}

bool OutputLock::IsAt(const std::string& path) const {
  struct stat mine {};
  struct stat there {};
  return ::fstat(descriptor_, &mine) == 0 && ::stat(path.c_str(), &there) == 0 &&
         mine.st_dev == there.st_dev && mine.st_ino == there.st_ino;
}

// Tells whoever finds the lock who holds it. Not being able to is no fault.
void OutputLock::WriteHolder() {
  std::array<char, 128> host{};
  if (::gethostname(host.data(), host.size() - 1) != 0) host[0] = '\0';
  const std::string holder =
      "process " + std::to_string(::getpid()) + " on " + std::string(host.data());
  if (::ftruncate(descriptor_, 0) != 0) return;
  [[maybe_unused]] const ssize_t ignored = ::pwrite(descriptor_, holder.data(), holder.size(), 0);
}

OutputLock::OutputLock(OutputLock&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)), path_(std::move(other.path_)) {}

OutputLock::~OutputLock() {
  if (descriptor_ < 0) return;
  if (!path_.empty()) ::unlink(path_.c_str());  // before the lock ends, so that it is still ours
  ::close(descriptor_);
}

}  // namespace gram::jobs
