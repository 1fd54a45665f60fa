// What every function of the C interface does: errors become a status and a text of the thread's,
// and no exception passes.
#ifndef GRAM_C_API_CALL_H_
#define GRAM_C_API_CALL_H_

#include <exception>
#include <new>
#include <string>
#include <string_view>

#include "engine/base/status.h"
#include "gram/c_api.h"

namespace gram::c_api {

gram_status ToC(StatusCode code);

/// Remembers why the calling thread's call failed. Takes no memory that could be missing.
gram_status Fail(const Status& status);

/// Runs `body`, which returns a Status, as the body of a function of the interface.
template <typename Body>
gram_status Call(const Body& body) noexcept {
  try {
    const Status status = body();
    return status.ok() ? GRAM_OK : Fail(status);
  } catch (const std::bad_alloc&) {
    return Fail(OutOfMemory("out of memory"));
  } catch (const std::exception& error) {
    return Fail(Internal(error.what()));
  }
}

/// `text` for gram_free. Throws std::bad_alloc.
char* CopyOf(std::string_view text);

inline std::string_view View(gram_text text) { return {text.data, text.size}; }

/// kInvalidArgument, which calls the argument `name`, where it is null.
Status NotNull(const void* argument, const char* name);

}  // namespace gram::c_api

#endif  // GRAM_C_API_CALL_H_
