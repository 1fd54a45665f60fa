// The elements of one JSON array, cut out of a stream one at a time.
#ifndef GRAM_JOBS_IO_ARRAY_CUTTER_H_
#define GRAM_JOBS_IO_ARRAY_CUTTER_H_

#include <cstdint>
#include <string>

#include "gram/status.h"
#include "jobs/io/byte_source.h"

namespace gram::jobs {

/// Finds where elements end by counting brackets outside strings. It does not check them: whoever
/// parses an element does. So a bad element spoils no other, as long as its brackets and quotes are
/// balanced.
class ArrayCutter {
 public:
  /// Puts the next element's bytes, without the white space around it, into `element`; false behind
  /// the last, where `bytes` has to end too. An element over `max_bytes` is cut there and
  /// `too_long` is set. Call with the same source, first where its next byte is '['. Errors: those
  /// of `bytes`; kCorrupt: the array does not end, an element is empty, or something follows the
  /// array.
  Result<bool> Next(ByteSource& bytes, size_t max_bytes, std::string& element, bool& too_long);

 private:
  Status CutElement(ByteSource& bytes, size_t max_bytes, std::string& element, bool& too_long);
  size_t ElementBytes(std::string_view text);
  Result<bool> End(ByteSource& bytes);
  Status CutShort(const ByteSource& bytes) const;

  bool opened_ = false;
  bool closed_ = false;
  int64_t elements_ = 0;
  // Inside an element:
  int64_t depth_ = 0;
  bool in_string_ = false;
  bool escaped_ = false;
};

}  // namespace gram::jobs

#endif  // GRAM_JOBS_IO_ARRAY_CUTTER_H_
