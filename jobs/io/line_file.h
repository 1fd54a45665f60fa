// The lines of an output file, plain or compressed, as they were written.
#ifndef GRAM_JOBS_IO_LINE_FILE_H_
#define GRAM_JOBS_IO_LINE_FILE_H_

#include <cstdint>
#include <string>

#include "gram/status.h"
#include "jobs/io/byte_source.h"

namespace gram::jobs {

/// Reads in the memory of one line. Move-only.
class LineFile {
 public:
  /// Errors: those of RawFile::Open.
  static Result<LineFile> Open(const std::string& path);

  /// The same of a file that is never compressed, whatever its bytes look like.
  static Result<LineFile> OpenPlain(const std::string& path);

  /// Puts the next line into `line`, without its line feed; false at the end. A last line without
  /// one is torn, and is not a line. Errors: those of ByteSource::Peek.
  Result<bool> Next(std::string& line);

  /// Bytes of the lines so far, line feeds included, decompressed.
  int64_t bytes() const { return bytes_; }

  /// After the last line: whether a torn one follows.
  bool torn() const { return torn_; }

 private:
  explicit LineFile(ByteSource source) : source_(std::move(source)) {}

  ByteSource source_;
  int64_t bytes_ = 0;
  bool torn_ = false;
};

}  // namespace gram::jobs

#endif  // GRAM_JOBS_IO_LINE_FILE_H_
