#include "engine/base/read_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <new>

namespace gram {
namespace {

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
  struct stat info {};
  if (::fstat(fd, &info) != 0) return ErrnoError("cannot stat " + path, errno);
  if (!S_ISREG(info.st_mode)) return IoError(path + ": not a regular file");
  if (info.st_size == 0) return IoError(path + ": the file is empty");
  const auto bytes = static_cast<uint64_t>(info.st_size);
  if (bytes > limit) {
    return Unsupported(path + ": " + std::to_string(bytes) + " bytes; at most " +
                       std::to_string(limit) + " can be read");
  }
  try {
    std::string text(bytes, '\0');
    GRAM_RETURN_IF_ERROR(ReadAll(fd, path, &text));
    return text;
  } catch (const std::bad_alloc&) {
    return OutOfMemory("out of memory reading " + path + " (" + std::to_string(bytes) + " bytes)");
  }
}

}  // namespace

Result<std::string> ReadWholeFile(const std::string& path, uint64_t limit) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);  // a FIFO has no end
  if (fd < 0) return ErrnoError("cannot open " + path, errno);
  Result<std::string> text = ReadDescriptor(fd, path, limit);
  ::close(fd);
  return text;
}

}  // namespace gram
