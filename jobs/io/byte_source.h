// The bytes of an input as they are meant to be read, decompressed where need be, and the lines of
// an output file.
#ifndef GRAM_JOBS_IO_BYTE_SOURCE_H_
#define GRAM_JOBS_IO_BYTE_SOURCE_H_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "gram/status.h"
#include "jobs/io/compression.h"
#include "jobs/io/files.h"

namespace gram::jobs {

/// A stream of bytes in constant memory. gzip and zstd data are recognised by their first bytes,
/// whatever the name says, and read through. Move-only.
class ByteSource {
 public:
  explicit ByteSource(RawFile file);

  /// The bytes as they lie there, whatever they look like.
  static ByteSource Plain(RawFile file);

  /// What comes next, at least one byte; nothing at the end. Valid until the next call. Errors:
  /// kIo, kCorrupt (compressed data is damaged or cut short), kUnsupported (Parquet, zip, bzip2,
  /// xz). An error comes only after all bytes that could be read before the fault, and stays.
  Result<std::string_view> Peek();

  /// Goes on by `count` of the bytes that Peek gave.
  void Consume(size_t count);

  /// What Peek would give without reading.
  std::string_view buffered() const { return {text_.data() + begin_, end_ - begin_}; }

  /// Whether more than what is buffered, or the end, can be had without waiting for the other end
  /// of a pipe, or within `wait_ms`.
  bool ReadyToFill(int wait_ms) const;

  const std::string& name() const { return file_.name(); }
  int64_t bytes_read() const { return file_.bytes_read(); }  ///< from the file, compressed or not
  int64_t bytes_consumed() const { return bytes_consumed_; }

  /// How far into the file what was consumed goes, in bytes of the file: unlike bytes_read it does
  /// not count what was read ahead, so that it grows with the rows. Of compressed data, the share
  /// of a piece that is consumed stands for the same share of the bytes that the piece came from.
  int64_t position() const;

 private:
  Status Recognise();
  Status Fill();
  Status FillPlain();
  Status FillDecoded();
  Status ReadCompressed();

  RawFile file_;
  bool recognised_ = false;
  std::unique_ptr<Decoder> decoder_;  // null: plain
  std::vector<char> text_;            // what Peek gives: [begin_, end_)
  size_t begin_ = 0;
  size_t end_ = 0;
  std::vector<char> packed_;  // compressed bytes not yet decoded: [packed_begin_, packed_end_)
  size_t packed_begin_ = 0;
  size_t packed_end_ = 0;
  Status fault_;  // to be reported once the bytes before it are gone
  int64_t bytes_consumed_ = 0;
  int64_t decoded_to_ = 0;  // the position in the file to which the buffer before this one went
};

/// The lines of an output file, plain or compressed, as they were written, in the memory of one
/// line. Move-only.
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

#endif  // GRAM_JOBS_IO_BYTE_SOURCE_H_
