#include "c_api/call.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <cstring>

#include "gram/version.h"

namespace gram::c_api {
namespace {

// A thread's own, of fixed size: to say that there is no memory must not take any.
thread_local std::array<char, 2048> last_error{};

static_assert(GRAM_INVALID_ARGUMENT == static_cast<int>(StatusCode::kInvalidArgument));
static_assert(GRAM_NOT_FOUND == static_cast<int>(StatusCode::kNotFound));
static_assert(GRAM_IO == static_cast<int>(StatusCode::kIo));
static_assert(GRAM_CORRUPT == static_cast<int>(StatusCode::kCorrupt));
static_assert(GRAM_UNSUPPORTED == static_cast<int>(StatusCode::kUnsupported));
static_assert(GRAM_INVALID_UTF8 == static_cast<int>(StatusCode::kInvalidUtf8));
static_assert(GRAM_TOO_LONG == static_cast<int>(StatusCode::kTooLong));
static_assert(GRAM_CANCELLED == static_cast<int>(StatusCode::kCancelled));
static_assert(GRAM_OUT_OF_MEMORY == static_cast<int>(StatusCode::kOutOfMemory));
static_assert(GRAM_INTERNAL == static_cast<int>(StatusCode::kInternal));

// Where to cut `text` so that no character is halved.
size_t CutAt(std::string_view text, size_t most) {
  if (text.size() <= most) return text.size();
  while (most > 0 && (static_cast<unsigned char>(text[most]) & 0xC0) == 0x80) --most;
  return most;
}

}  // namespace

gram_status ToC(StatusCode code) { return static_cast<gram_status>(code); }

gram_status Fail(const Status& status) {
  const std::string_view message = status.message();
  const size_t size = CutAt(message, last_error.size() - 1);
  std::copy_n(message.data(), size, last_error.data());
  last_error[size] = '\0';
  return ToC(status.code());
}

char* CopyOf(std::string_view text) {
  auto* const copy = static_cast<char*>(std::malloc(text.size() + 1));
  if (copy == nullptr) throw std::bad_alloc();
  std::copy(text.begin(), text.end(), copy);
  copy[text.size()] = '\0';
  return copy;
}

Status NotNull(const void* argument, const char* name) {
  if (argument != nullptr) return {};
  return InvalidArgument(std::string(name) + " is NULL");
}

}  // namespace gram::c_api

int gram_abi_version(void) { return GRAM_ABI_VERSION; }

const char* gram_version(void) {
  static const std::string version = gram::Version();
  return version.c_str();
}

const char* gram_status_name(gram_status status) {
  // Literals, so they end in NUL.
  return gram::StatusCodeName(static_cast<gram::StatusCode>(status)).data();
}

const char* gram_last_error(void) { return gram::c_api::last_error.data(); }

void gram_free(char* text) { std::free(text); }
