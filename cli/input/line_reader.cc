#include "cli/input/line_reader.h"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "engine/base/status.h"

namespace gram::cli {
namespace {

constexpr size_t kBufferBytes = size_t{256} << 10;
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

bool IsBlank(const std::string& line) {
  return line.find_first_not_of(" \t\r") == std::string::npos;
}

}  // namespace

Result<LineReader> LineReader::Open(const std::string& path) {
  if (path == "-") return LineReader(::dup(STDIN_FILENO), "standard input");
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return ErrnoError("cannot open input " + path, errno);
  return LineReader(descriptor, path);
}

LineReader::LineReader(int descriptor, std::string name)
    : descriptor_(descriptor), name_(std::move(name)), buffer_(kBufferBytes) {}

LineReader::LineReader(LineReader&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)),
      name_(std::move(other.name_)),
      buffer_(std::move(other.buffer_)),
      begin_(other.begin_),
      end_(other.end_),
      at_start_(other.at_start_) {}

LineReader::~LineReader() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

// Refills the empty buffer; false at the end of the input.
Result<bool> LineReader::Fill() {
  ssize_t count = 0;
  do {
    count = ::read(descriptor_, buffer_.data(), buffer_.size());
  } while (count < 0 && errno == EINTR);
  if (count < 0) return ErrnoError("cannot read " + name_, errno);
  begin_ = 0;
  end_ = static_cast<size_t>(count);
  return count > 0;
}

Result<bool> LineReader::NextRaw(std::string& line, bool& too_long) {
  line.clear();
  too_long = false;
  bool any = false;
  while (true) {
    if (begin_ == end_) {
      GRAM_ASSIGN_OR_RETURN(const bool more, Fill());
      if (!more) return any;
    }
    any = true;
    const char* from = buffer_.data() + begin_;
    const void* newline = std::memchr(from, '\n', end_ - begin_);
    const size_t available = newline != nullptr
                                 ? static_cast<size_t>(static_cast<const char*>(newline) - from)
                                 : end_ - begin_;
    const size_t taken = std::min(available, kMaxLineBytes - line.size());
    line.append(from, taken);
    too_long = too_long || taken < available;
    begin_ += available + (newline != nullptr ? 1 : 0);
    if (newline != nullptr) return true;
  }
}

Result<bool> LineReader::Next(std::string& line, bool& too_long) {
  while (true) {
    GRAM_ASSIGN_OR_RETURN(const bool more, NextRaw(line, too_long));
    if (!more) return false;
    if (std::exchange(at_start_, false) && line.starts_with(kByteOrderMark)) {
      line.erase(0, kByteOrderMark.size());
    }
    if (!line.empty() && line.back() == '\r') line.pop_back();
    if (!IsBlank(line)) return true;
  }
}

bool LineReader::Ready() const {
  if (std::memchr(buffer_.data() + begin_, '\n', end_ - begin_) != nullptr) return true;
  pollfd request{descriptor_, POLLIN, 0};
  return ::poll(&request, 1, 0) != 0;
}

}  // namespace gram::cli
