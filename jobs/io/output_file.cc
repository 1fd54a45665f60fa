#include "jobs/io/output_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "engine/base/status.h"

namespace gram::jobs {
namespace {

constexpr const char* kStandardOutput = "standard output";
constexpr const char* kReaderGone = "whoever read standard output has closed it";

bool IsSameFile(const struct stat& a, const struct stat& b) {
  return a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

}  // namespace

Result<OutputFile> OutputFile::Open(const std::string& path, bool force, int input_descriptor) {
  if (path == "-") {
    const int descriptor = ::dup(STDOUT_FILENO);
    if (descriptor < 0) return ErrnoError("cannot write standard output", errno);
    return OutputFile(descriptor, kStandardOutput);
  }
  // Opened without O_TRUNC: what is there is looked at before it is given up.
  const int descriptor = ::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
  if (descriptor < 0) return ErrnoError("cannot open output " + path, errno);
  OutputFile file(descriptor, path);
  struct stat status {};
  if (::fstat(descriptor, &status) != 0) return ErrnoError("cannot look at " + path, errno);
  if (!S_ISREG(status.st_mode)) return file;
  struct stat input {};
  if (input_descriptor >= 0 && ::fstat(input_descriptor, &input) == 0 &&
      IsSameFile(status, input)) {
    return InvalidArgument("output " + path + " is the input file; choose another name");
  }
  if (status.st_size > 0 && !force) {
    return InvalidArgument("output " + path + " exists; choose another name or add --force");
  }
  if (::ftruncate(descriptor, 0) != 0) return ErrnoError("cannot empty " + path, errno);
  return file;
}

OutputFile::OutputFile(OutputFile&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)), name_(std::move(other.name_)) {}

OutputFile::~OutputFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

Status OutputFile::Write(std::string_view text) {
  while (!text.empty()) {
    const ssize_t count = ::write(descriptor_, text.data(), text.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0 && errno == EPIPE && name_ == kStandardOutput) return Cancelled(kReaderGone);
    if (count < 0) return ErrnoError("cannot write " + name_, errno);
    text.remove_prefix(static_cast<size_t>(count));
  }
  return {};
}

Status OutputFile::Close() {
  if (::close(std::exchange(descriptor_, -1)) != 0) {
    return ErrnoError("cannot write " + name_, errno);
  }
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

}  // namespace gram::jobs
