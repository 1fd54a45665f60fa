#include "jobs/io/encoder.h"

#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <limits>
#include <vector>

#include "engine/base/status.h"

namespace gram::jobs {
namespace {

constexpr size_t kOutBytes = size_t{256} << 10;
constexpr int kGzipLevel = 6;
constexpr int kGzipWindow = 15 + 16;  // the largest, in a gzip wrapper
constexpr int kGzipMemory = 8;        // zlib's default
constexpr int kZstdLevel = 9;

class GzipEncoder : public Encoder {
 public:
  ~GzipEncoder() override { ::deflateEnd(&stream_); }

  Status Start() {
    const int result = ::deflateInit2(&stream_, kGzipLevel, Z_DEFLATED, kGzipWindow, kGzipMemory,
                                      Z_DEFAULT_STRATEGY);
    return result == Z_OK ? Status() : Internal("zlib cannot start");
  }

  Status Encode(std::string_view text, bool last, AppendFile& out) override {
    do {
      const size_t taken = std::min<size_t>(text.size(), std::numeric_limits<uInt>::max());
      stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));  // not written to
      stream_.avail_in = static_cast<uInt>(taken);
      text.remove_prefix(taken);
      GRAM_RETURN_IF_ERROR(Drain(last && text.empty() ? Z_FINISH : Z_NO_FLUSH, out));
    } while (!text.empty());
    return {};
  }

 private:
  Status Drain(int flush, AppendFile& out) {
    int result = Z_OK;
    do {
      stream_.next_out = reinterpret_cast<Bytef*>(buffer_.data());
      stream_.avail_out = static_cast<uInt>(buffer_.size());
      result = ::deflate(&stream_, flush);
      if (result == Z_STREAM_ERROR) return Internal("zlib cannot go on");
      GRAM_RETURN_IF_ERROR(out.Append({buffer_.data(), buffer_.size() - stream_.avail_out}));
    } while (stream_.avail_out == 0 || (flush == Z_FINISH && result != Z_STREAM_END));
    return {};
  }

  z_stream stream_{};
  std::vector<char> buffer_ = std::vector<char>(kOutBytes);
};

class ZstdEncoder : public Encoder {
 public:
  Status Start() {
    if (stream_ == nullptr) return Internal("zstd cannot start");
    ZSTD_CCtx_setParameter(stream_.get(), ZSTD_c_compressionLevel, kZstdLevel);
    ZSTD_CCtx_setParameter(stream_.get(), ZSTD_c_checksumFlag, 1);
    return {};
  }

  Status Encode(std::string_view text, bool last, AppendFile& out) override {
    ZSTD_inBuffer in = {text.data(), text.size(), 0};
    size_t left = 0;
    do {
      ZSTD_outBuffer piece = {buffer_.data(), buffer_.size(), 0};
      left = ZSTD_compressStream2(stream_.get(), &piece, &in, last ? ZSTD_e_end : ZSTD_e_continue);
      if (ZSTD_isError(left) != 0) {
        return Internal(std::string("zstd: ") + ZSTD_getErrorName(left));
      }
      GRAM_RETURN_IF_ERROR(out.Append({buffer_.data(), piece.pos}));
    } while (in.pos < in.size || (last && left > 0));
    return {};
  }

 private:
  std::unique_ptr<ZSTD_CCtx, size_t (*)(ZSTD_CCtx*)> stream_ = {ZSTD_createCCtx(), ZSTD_freeCCtx};
  std::vector<char> buffer_ = std::vector<char>(kOutBytes);
};

template <typename Kind>
Result<std::unique_ptr<Encoder>> Started() {
  auto encoder = std::make_unique<Kind>();
  GRAM_RETURN_IF_ERROR(encoder->Start());
  return std::unique_ptr<Encoder>(std::move(encoder));
}

}  // namespace

Packing PackingOf(const std::string& path) {
  if (path.ends_with(".gz")) return Packing::kGzip;
  if (path.ends_with(".zst")) return Packing::kZstd;
  return Packing::kNone;
}

Result<std::unique_ptr<Encoder>> MakeEncoder(Packing packing) {
  return packing == Packing::kGzip ? Started<GzipEncoder>() : Started<ZstdEncoder>();
}

}  // namespace gram::jobs
