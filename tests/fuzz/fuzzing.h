// What the fuzz targets share: a way to say that something has to hold, inputs taken apart, and a
// place for files.
#ifndef GRAM_TESTS_FUZZ_FUZZING_H_
#define GRAM_TESTS_FUZZ_FUZZING_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "gram/status.h"

/// A target: called with one input after the other. libFuzzer's name.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

namespace gram::fuzz {

/// Aborts, with `property` on standard error, unless `holds`.
void Check(bool holds, std::string_view property);

/// Aborts unless `status` is ok; its message is shown.
void CheckOk(const Status& status, std::string_view property);

/// Aborts unless a refusal reads as one: not kInternal, and a message of one line of printable
/// UTF-8 that names `where`.
void CheckRefusal(const Status& status, std::string_view where);

/// An input, taken apart from its front. No input is wrong: what is missing is zero or empty.
class Input {
 public:
  Input(const uint8_t* data, size_t size) : rest_(reinterpret_cast<const char*>(data), size) {}

  /// The next byte.
  uint8_t Byte();
  /// A number below `limit` (at least 1, at most 2^16) from the next two bytes.
  size_t Below(size_t limit);
  /// What stands before the next line that is "%%%%"; all that is left where there is none.
  std::string_view Part();
  /// All that is left.
  std::string_view Rest() { return rest_; }

 private:
  std::string_view rest_;
};

/// Whether another parser takes `text` for JSON, in which numbers may be too large for it, or NaN
/// or an infinity.
bool IsJson(std::string_view text);

/// The path of `name` in a folder of this process's own, in memory where the system has such a
/// place (or below $TMPDIR). The folder is gone when the process ends, and empty when it starts.
std::string ScratchPath(std::string_view name);

/// Writes `bytes` into the file `name` of that folder, replacing it; returns its path.
std::string WriteScratch(std::string_view name, std::string_view bytes);

}  // namespace gram::fuzz

#endif  // GRAM_TESTS_FUZZ_FUZZING_H_
