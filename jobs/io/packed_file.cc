#include "jobs/io/packed_file.h"

#include <cerrno>
#include <cstdio>
#include <memory>
#include <vector>

#include "engine/base/status.h"
#include "jobs/io/durable_file.h"

namespace gram::jobs {
namespace {

// The pieces are always as large: what the encoder is fed is the same on every run.
constexpr size_t kPieceBytes = size_t{1} << 20;

using File = std::unique_ptr<std::FILE, int (*)(std::FILE*)>;

Result<bool> Pack(const std::string& from, AppendFile& out, Encoder& encoder,
                  const std::atomic<bool>& stop) {
  const File file = {std::fopen(from.c_str(), "rbe"), std::fclose};
  if (file == nullptr) return ErrnoError("cannot open " + from, errno);
  std::vector<char> piece(kPieceBytes);
  size_t count = 0;
  do {
    if (stop) return false;
    count = std::fread(piece.data(), 1, piece.size(), file.get());
    if (std::ferror(file.get()) != 0) return ErrnoError("cannot read " + from, errno);
    GRAM_RETURN_IF_ERROR(encoder.Encode({piece.data(), count}, count < piece.size(), out));
  } while (count == piece.size());
  GRAM_RETURN_IF_ERROR(out.Sync());
  return true;
}

}  // namespace

Result<bool> PackFile(const std::string& from, const std::string& to, Packing packing,
                      const std::atomic<bool>& stop) {
  GRAM_ASSIGN_OR_RETURN(const std::unique_ptr<Encoder> encoder, MakeEncoder(packing));
  GRAM_ASSIGN_OR_RETURN(AppendFile out, AppendFile::Open(to));
  GRAM_RETURN_IF_ERROR(out.Truncate(0));
  Result<bool> packed = Pack(from, out, *encoder, stop);
  if (!packed.ok() || !*packed) (void)RemoveFile(to);  // what went wrong before matters more
  return packed;
}

}  // namespace gram::jobs
