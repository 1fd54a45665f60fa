// How the library reports what went wrong: a typed code and one line for people.
#ifndef GRAM_STATUS_H_
#define GRAM_STATUS_H_

#include <cassert>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "gram/export.h"

namespace gram {

/// What kind of failure a Status carries. Codes are stable; messages are for people and may change.
enum class StatusCode {
  kOk = 0,
  kInvalidArgument,  ///< the caller's options or arguments make no sense
  kNotFound,         ///< a file, tensor or field that has to be there is not
  kIo,               ///< the operating system refused a read, write or mapping
  kCorrupt,          ///< a file contradicts itself: truncated, bad checksum, impossible size
  kUnsupported,  ///< well-formed, but something this build does not do (newer version, other model)
  kInvalidUtf8,  ///< a text is not UTF-8
  kTooLong,      ///< a prompt has more tokens than the model's context
  kCancelled,    ///< the caller asked to stop before this was done (ScoreOptions::cancel)
  kOutOfMemory,  ///< the system gave no more memory: nothing is wrong with what was asked
  kInternal,     ///< a bug or a failed third-party call; worth a report
};

/// The lower-case name of `code`, such as "invalid_utf8": what goes into machine-readable output.
GRAM_API std::string_view StatusCodeName(StatusCode code);

/// Success, or a code and a message. The message names what failed, where (file, row, tensor) and
/// what to do about it, in one line without a final full stop.
class [[nodiscard]] GRAM_API Status {
 public:
  Status() = default;
  /// Control characters in `message`, which names and texts out of a file may have, become '?'.
  Status(StatusCode code, std::string message);

  bool ok() const { return code_ == StatusCode::kOk; }
  StatusCode code() const { return code_; }
  const std::string& message() const { return message_; }

 private:
  StatusCode code_ = StatusCode::kOk;
  std::string message_;
};

/// A value or the Status that says why there is none. Reading the value of a failed Result is a
/// bug.
template <typename T>
class [[nodiscard]] Result {
 public:
  Result(T value) : value_(std::move(value)) {}  // NOLINT: implicit on purpose
  Result(Status status) : status_(std::move(status)) {
    assert(!status_.ok());
  }  // NOLINT: implicit on purpose

  bool ok() const { return value_.has_value(); }
  const Status& status() const { return status_; }

  T& value() & {
    assert(ok());
    return *value_;
  }
  const T& value() const& {
    assert(ok());
    return *value_;
  }
  T&& value() && {
    assert(ok());
    return std::move(*value_);
  }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

 private:
  std::optional<T> value_;
  Status status_;
};

}  // namespace gram

#endif  // GRAM_STATUS_H_
