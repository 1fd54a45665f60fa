#include "jobs/io/raw_file.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "engine/base/status.h"

namespace gram::jobs {

Result<RawFile> RawFile::Open(const std::string& path) {
  const bool standard_input = path == "-";
  const int descriptor = standard_input ? ::fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0)
                                        : ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  const std::string name = standard_input ? "standard input" : path;
  if (descriptor < 0) return ErrnoError("cannot open input " + name, errno);
  return RawFile(descriptor, name);
}

RawFile::RawFile(RawFile&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)),
      name_(std::move(other.name_)),
      bytes_read_(other.bytes_read_) {}

RawFile::~RawFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

Result<size_t> RawFile::Read(std::span<char> room) {
  ssize_t count = 0;
  do {
    count = ::read(descriptor_, room.data(), room.size());
  } while (count < 0 && errno == EINTR);
  if (count < 0) return ErrnoError("cannot read " + name_, errno);
  bytes_read_ += count;
  return static_cast<size_t>(count);
}

bool RawFile::Ready(int wait_ms) const {
  pollfd request{descriptor_, POLLIN, 0};
  return ::poll(&request, 1, wait_ms) > 0;
}

bool RawFile::regular() const {
  struct stat info {};
  return ::fstat(descriptor_, &info) == 0 && S_ISREG(info.st_mode);
}

}  // namespace gram::jobs
