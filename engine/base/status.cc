#include "engine/base/status.h"

#include <algorithm>
#include <system_error>

namespace gram {

std::string_view StatusCodeName(StatusCode code) {
  switch (code) {
    case StatusCode::kOk:
      return "ok";
    case StatusCode::kInvalidArgument:
      return "invalid_argument";
    case StatusCode::kNotFound:
      return "not_found";
    case StatusCode::kIo:
      return "io_error";
    case StatusCode::kCorrupt:
      return "corrupt";
    case StatusCode::kUnsupported:
      return "unsupported";
    case StatusCode::kInvalidUtf8:
      return "invalid_utf8";
    case StatusCode::kTooLong:
      return "too_long";
    case StatusCode::kCancelled:
      return "cancelled";
    case StatusCode::kOutOfMemory:
      return "out_of_memory";
    case StatusCode::kInternal:
      return "internal";
  }
  return "unknown";
}

Status::Status(StatusCode code, std::string message) : code_(code), message_(std::move(message)) {
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; };
  std::replace_if(message_.begin(), message_.end(), is_control, '?');
}

Status OutOfMemory(std::string_view message) noexcept {
  try {
    return {StatusCode::kOutOfMemory, std::string(message)};
  } catch (const std::bad_alloc&) {
    return {StatusCode::kOutOfMemory,
            "out of memory"};  // so short that it lies in the string itself
  }
}

Status OutOfMemoryDoing(std::string_view doing) noexcept {
  try {
    return OutOfMemory("out of memory " + std::string(doing));
  } catch (const std::bad_alloc&) {
    return OutOfMemory("out of memory");
  }
}

Status Annotate(const Status& status, const std::string& context) {
  return {status.code(), context + ": " + status.message()};
}

Status ErrnoError(const std::string& what, int error_number) {
  const auto code = error_number == ENOENT ? StatusCode::kNotFound : StatusCode::kIo;
  return {code, what + ": " + std::generic_category().message(error_number)};
}

}  // namespace gram
