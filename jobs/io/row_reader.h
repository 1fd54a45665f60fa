// The rows of one input as texts: lines of JSONL, or the elements of a JSON array.
#ifndef GRAM_JOBS_IO_ROW_READER_H_
#define GRAM_JOBS_IO_ROW_READER_H_

#include <cstdint>
#include <string>
#include <utility>

#include "gram/status.h"
#include "jobs/io/array_cutter.h"
#include "jobs/io/byte_source.h"

namespace gram::jobs {

/// How the rows of an input lie in it.
enum class Layout { kEmpty, kLines, kArray };

/// Cuts an input into rows, in the memory of one. An input whose first byte other than white space
/// is '[' is one JSON array and its elements are the rows, byte for byte, over however many lines;
/// anything else is a row a line. A UTF-8 byte order mark at the start is skipped, lines end in LF
/// or CRLF and the last need not end, white space around a row does not belong to it and lines of
/// nothing else are not rows. Move-only.
class RowReader {
 public:
  static constexpr size_t kMaxRowBytes = size_t{256} << 20;

  /// Opens `path`; "-" is standard input. Errors: kNotFound, kIo.
  static Result<RowReader> Open(const std::string& path);

  explicit RowReader(ByteSource bytes, size_t max_row_bytes = kMaxRowBytes)
      : bytes_(std::move(bytes)), max_row_bytes_(max_row_bytes) {}

  /// Puts the next row into `row`; false at the end of the input. A row over the limit is cut
  /// there and `too_long` is set. Errors: those of ByteSource::Peek; kCorrupt (an array that does
  /// not end, or something behind it); kInvalidArgument (an object spread over several lines).
  Result<bool> Next(std::string& row, bool& too_long);

  /// Whether Next is likely to return without waiting for the other end of a pipe, or within
  /// `wait_ms`: false says that now is the time to hand on what has been read.
  bool Ready(int wait_ms = 0) const;

  /// kEmpty until Next has seen the first row.
  Layout layout() const { return layout_; }
  const ByteSource& bytes() const { return bytes_; }

 private:
  Result<bool> Start();
  Result<bool> NextLine(std::string& line, bool& too_long);
  Result<bool> CutLine(std::string& line, bool& too_long);

  ByteSource bytes_;
  size_t max_row_bytes_;
  Layout layout_ = Layout::kEmpty;
  ArrayCutter array_;
  bool first_line_ = true;
};

}  // namespace gram::jobs

#endif  // GRAM_JOBS_IO_ROW_READER_H_
