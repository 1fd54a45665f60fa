// gzip and zstd, both ways: a compressed input piece by piece, and compressed files that are the
// same for the same bytes.
#ifndef GRAM_JOBS_IO_COMPRESSION_H_
#define GRAM_JOBS_IO_COMPRESSION_H_

#include <atomic>
#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "gram/status.h"
#include "jobs/io/files.h"

namespace gram::jobs {

/// Compressed bytes to the bytes they stand for.
class Decoder {
 public:
  /// What one step did. With a bad `status`, what was produced before the fault still counts, and
  /// `consumed` tells where it is.
  struct Step {
    size_t consumed = 0;
    size_t produced = 0;
    Status status;
  };

  virtual ~Decoder() = default;

  /// Decodes from `in` to `out`, as far as either goes; a step that does nothing asks for more
  /// input. Members and frames that follow each other read as one. Errors: kCorrupt, kUnsupported.
  virtual Step Decode(std::string_view in, std::span<char> out) = 0;

  /// Whether the data may end here: not inside a member or frame.
  virtual bool MayEnd() const = 0;

  virtual std::string_view format() const = 0;  ///< "gzip" or "zstd", for messages
};

/// What the first bytes of an input say about it.
struct Compression {
  bool undecided = false;            ///< more bytes are needed to tell
  std::unique_ptr<Decoder> decoder;  ///< null: plain
  std::string_view refused;          ///< what it is, where it is nothing that can be read
  std::string_view hint;             ///< then, what to do
};
Compression RecogniseCompression(std::string_view first);

/// Bytes to one compressed stream, written to `out`. No time, name or number of threads goes into
/// it, nor how the bytes came in pieces.
class Encoder {
 public:
  virtual ~Encoder() = default;

  /// Takes in `text`; `last` ends the stream. Errors: kIo (of `out`), kInternal.
  virtual Status Encode(std::string_view text, bool last, AppendFile& out) = 0;
};

/// How an output is compressed: by the end of its name, .gz or .zst, else not at all.
enum class Packing { kNone, kGzip, kZstd };
Packing PackingOf(const std::string& path);

/// The encoder of a packing other than kNone. Errors: kInternal (out of memory).
Result<std::unique_ptr<Encoder>> MakeEncoder(Packing packing);

/// Writes what the file `from` holds, compressed, to `to`, which is replaced, and to disk. False
/// where `stop` was set before it was done; `to` is then removed, as it is on an error. Errors:
/// kIo, kNotFound, kInternal.
Result<bool> PackFile(const std::string& from, const std::string& to, Packing packing,
                      const std::atomic<bool>& stop);

}  // namespace gram::jobs

#endif  // GRAM_JOBS_IO_COMPRESSION_H_
