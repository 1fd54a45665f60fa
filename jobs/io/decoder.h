// Compressed bytes to the bytes they stand for, a piece at a time.
#ifndef GRAM_JOBS_IO_DECODER_H_
#define GRAM_JOBS_IO_DECODER_H_

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>

#include "gram/status.h"

namespace gram::jobs {

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

std::unique_ptr<Decoder> MakeGzipDecoder();
std::unique_ptr<Decoder> MakeZstdDecoder();

/// What the first bytes of an input say about it.
struct Compression {
  bool undecided = false;            ///< more bytes are needed to tell
  std::unique_ptr<Decoder> decoder;  ///< null: plain
  std::string_view refused;          ///< what it is, where it is nothing that can be read
  std::string_view hint;             ///< then, what to do
};
Compression RecogniseCompression(std::string_view first);

}  // namespace gram::jobs

#endif  // GRAM_JOBS_IO_DECODER_H_
