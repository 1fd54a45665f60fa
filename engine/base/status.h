// Errors inside the library: building and passing on a gram::Status, the border where running out
// of memory becomes one, and checks for bugs.
#ifndef GRAM_ENGINE_BASE_STATUS_H_
#define GRAM_ENGINE_BASE_STATUS_H_

#include <cassert>
#include <new>
#include <string>
#include <string_view>
#include <utility>

#include "gram/status.h"

namespace gram {

inline Status InvalidArgument(std::string message) {
  return {StatusCode::kInvalidArgument, std::move(message)};
}
inline Status NotFound(std::string message) { return {StatusCode::kNotFound, std::move(message)}; }
inline Status IoError(std::string message) { return {StatusCode::kIo, std::move(message)}; }
inline Status Corrupt(std::string message) { return {StatusCode::kCorrupt, std::move(message)}; }
inline Status Unsupported(std::string message) {
  return {StatusCode::kUnsupported, std::move(message)};
}
inline Status InvalidUtf8(std::string message) {
  return {StatusCode::kInvalidUtf8, std::move(message)};
}
inline Status TooLong(std::string message) { return {StatusCode::kTooLong, std::move(message)}; }
inline Status Cancelled(std::string message) {
  return {StatusCode::kCancelled, std::move(message)};
}
inline Status Internal(std::string message) { return {StatusCode::kInternal, std::move(message)}; }

/// Where memory does not even suffice for `message`, it is "out of memory". So a handler of
/// bad_alloc may call it.
Status OutOfMemory(std::string_view message) noexcept;

/// "out of memory DOING".
Status OutOfMemoryDoing(std::string_view doing) noexcept;

/// What `work`() returns, a Status or Result; OutOfMemoryDoing(doing) where memory ran out in it.
template <typename Work>
auto OrOutOfMemory(std::string_view doing, const Work& work) -> decltype(work()) {
  try {
    return work();
  } catch (const std::bad_alloc&) {
    return OutOfMemoryDoing(doing);
  }
}

/// "CONTEXT: message" with the same code.
Status Annotate(const Status& status, const std::string& context);

/// An I/O error that ends in the text of `error_number` (an errno value).
Status ErrnoError(const std::string& what, int error_number);

}  // namespace gram

/// A check for bugs, never for input: on in debug builds, free in release builds.
#define GRAM_DCHECK(condition) assert(condition)

#define GRAM_CONCAT_INNER(a, b) a##b
#define GRAM_CONCAT(a, b) GRAM_CONCAT_INNER(a, b)

/// Returns from the enclosing function with the Status of `expr` if that failed.
#define GRAM_RETURN_IF_ERROR(expr)                              \
  do {                                                          \
    if (::gram::Status gram_error = (expr); !gram_error.ok()) { \
      return gram_error;                                        \
    }                                                           \
  } while (false)

/// `lhs` = the value of the Result `expr`, or return its Status from the enclosing function.
// NOLINTBEGIN(bugprone-macro-parentheses): lhs may be a declaration
#define GRAM_ASSIGN_OR_RETURN(lhs, expr)                 \
  auto GRAM_CONCAT(gram_result_, __LINE__) = (expr);     \
  if (!GRAM_CONCAT(gram_result_, __LINE__).ok()) {       \
    return GRAM_CONCAT(gram_result_, __LINE__).status(); \
  }                                                      \
  lhs = std::move(GRAM_CONCAT(gram_result_, __LINE__)).value()
// NOLINTEND(bugprone-macro-parentheses)

#endif  // GRAM_ENGINE_BASE_STATUS_H_
