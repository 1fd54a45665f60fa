// Bytes to a compressed file, the same file for the same bytes however they come in pieces.
#ifndef GRAM_JOBS_IO_ENCODER_H_
#define GRAM_JOBS_IO_ENCODER_H_

#include <memory>
#include <string>
#include <string_view>

#include "gram/status.h"
#include "jobs/io/append_file.h"

namespace gram::jobs {

/// One compressed stream, written to `out`. No time, name or number of threads goes into it.
class Encoder {
 public:
  virtual ~Encoder() = default;

  /// Takes in `text`; `last` ends the stream. Errors: kIo (of `out`), kInternal.
  virtual Status Encode(std::string_view text, bool last, AppendFile& out) = 0;
};

/// How a file is packed: by the end of its name, .gz or .zst, else not at all.
enum class Packing { kNone, kGzip, kZstd };
Packing PackingOf(const std::string& path);

/// The encoder of a packing other than kNone. Errors: kInternal (out of memory).
Result<std::unique_ptr<Encoder>> MakeEncoder(Packing packing);

}  // namespace gram::jobs

#endif  // GRAM_JOBS_IO_ENCODER_H_
