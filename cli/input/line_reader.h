// Lines of a file or pipe, one at a time, in bounded memory.
#ifndef GRAM_CLI_INPUT_LINE_READER_H_
#define GRAM_CLI_INPUT_LINE_READER_H_

#include <cstdint>
#include <string>
#include <vector>

#include "gram/status.h"

namespace gram::cli {

/// Reads lines that hold more than white space; skips a UTF-8 byte order mark at the start, accepts
/// CRLF and a last line without an end. Owns the file descriptor. Move-only.
class LineReader {
 public:
  /// Opens `path`; "-" is standard input. Errors: kNotFound, kIo.
  static Result<LineReader> Open(const std::string& path);

  /// Takes over `descriptor`; `name` is what messages call it.
  LineReader(int descriptor, std::string name);
  LineReader(LineReader&& other) noexcept;
  LineReader& operator=(LineReader&&) = delete;
  LineReader(const LineReader&) = delete;
  LineReader& operator=(const LineReader&) = delete;
  ~LineReader();

  /// Puts the next line that is not blank into `line`, without its end; false at the end of the
  /// input. A line over kMaxLineBytes is cut there and `too_long` is set. Errors: kIo.
  Result<bool> Next(std::string& line, bool& too_long);

  /// Whether Next would return without waiting for the other end of a pipe: false says that now is
  /// the time to hand on what has been read.
  bool Ready() const;

  int descriptor() const { return descriptor_; }

  static constexpr size_t kMaxLineBytes = size_t{256} << 20;

 private:
  Result<bool> Fill();
  Result<bool> NextRaw(std::string& line, bool& too_long);

  int descriptor_;
  std::string name_;
  std::vector<char> buffer_;
  size_t begin_ = 0;
  size_t end_ = 0;
  bool at_start_ = true;
};

}  // namespace gram::cli

#endif  // GRAM_CLI_INPUT_LINE_READER_H_
