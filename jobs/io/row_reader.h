// The rows of one input as texts: lines of JSONL, or the elements of a JSON array.
#ifndef GRAM_JOBS_IO_ROW_READER_H_
#define GRAM_JOBS_IO_ROW_READER_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "gram/status.h"
#include "jobs/io/byte_source.h"

namespace gram::jobs {

/// How the rows of an input lie in it.
enum class Layout { kEmpty, kLines, kArray, kColumns };

/// The rows of one input, each the text of a JSON object, from the first to the last.
class RowFile {
 public:
  virtual ~RowFile() = default;

  /// Puts the next row into `row`; false behind the last. A row over RowReader's limit is cut short
  /// and `too_long` is set. Errors, when all rows before the fault have been given: kIo, kCorrupt,
  /// kInvalidArgument, kUnsupported.
  virtual Result<bool> Next(std::string& row, bool& too_long) = 0;

  /// Whether Next is likely to return without waiting for the other end of a pipe, or within
  /// `wait_ms`: false says that now is the time to hand on what has been read.
  virtual bool Ready(int wait_ms) const = 0;

  /// kEmpty where it has no rows, or Next has not seen the first yet.
  virtual Layout layout() const = 0;

  /// How far into the file the rows so far go, in bytes of it.
  virtual int64_t position() const = 0;

  /// Goes past rows that can be left unread, `most` at most. Returns how many, which may be none
  /// though there are more.
  virtual int64_t Pass(int64_t most) = 0;

  /// Whether it is known, without reading, that no row follows.
  virtual bool Ended() const = 0;
};

/// The elements of one JSON array, cut out of a stream one at a time. Finds where elements end by
/// counting brackets outside strings. It does not check them: whoever parses an element does. So a
/// bad element spoils no other, as long as its brackets and quotes are balanced.
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

/// Cuts an input into rows, in the memory of one. An input whose first byte other than white space
/// is '[' is one JSON array and its elements are the rows, byte for byte, over however many lines;
/// anything else is a row a line. A UTF-8 byte order mark at the start is skipped, lines end in LF
/// or CRLF and the last need not end, white space around a row does not belong to it and lines of
/// nothing else are not rows. Move-only.
class RowReader : public RowFile {
 public:
  static constexpr size_t kMaxRowBytes = size_t{256} << 20;

  /// Opens `path`; "-" is standard input. Errors: kNotFound, kIo.
  static Result<RowReader> Open(const std::string& path);

  explicit RowReader(ByteSource bytes, size_t max_row_bytes = kMaxRowBytes)
      : bytes_(std::move(bytes)), max_row_bytes_(max_row_bytes) {}

  /// Puts the next row into `row`; false at the end of the input. A row over the limit is cut
  /// there and `too_long` is set. Errors: those of ByteSource::Peek; kCorrupt (an array that does
  /// not end, or something behind it); kInvalidArgument (an object spread over several lines).
  Result<bool> Next(std::string& row, bool& too_long) override;

  bool Ready(int wait_ms = 0) const override;
  Layout layout() const override { return layout_; }
  int64_t position() const override { return bytes_.position(); }
  int64_t Pass(int64_t) override { return 0; }  ///< where a row ends is told by reading it
  bool Ended() const override { return false; }
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
