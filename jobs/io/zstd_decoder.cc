// zstd: frames one after the other, skippable ones among them.
#include <zstd.h>
#include <zstd_errors.h>

#include <algorithm>
#include <new>
#include <string>

#include "engine/base/status.h"
#include "jobs/io/decoder.h"

namespace gram::jobs {
namespace {

constexpr size_t kBlockHeaderBytes = 3;

struct FreeStream {
  void operator()(ZSTD_DStream* stream) const { ::ZSTD_freeDStream(stream); }
};

class ZstdDecoder : public Decoder {
 public:
  ZstdDecoder() {
    if (stream_ == nullptr) throw std::bad_alloc();
    wanted_ = ::ZSTD_initDStream(stream_.get());
  }

  Step Decode(std::string_view in, std::span<char> out) override {
    // An error of ZSTD_decompressStream hides how much it had produced in the same call. So no call
    // gets more than one block, without the header of the next: what it hides is that block alone.
    const size_t most = wanted_ > kBlockHeaderBytes ? wanted_ - kBlockHeaderBytes : wanted_;
    ZSTD_inBuffer source{in.data(), std::min(in.size(), most), 0};
    ZSTD_outBuffer target{out.data(), out.size(), 0};
    if (source.size == 0 && wanted_ == 0) source.size = std::min<size_t>(in.size(), 1);
    if (source.size == 0 && MayEnd()) return {};
    const size_t result = ::ZSTD_decompressStream(stream_.get(), &target, &source);
    if (::ZSTD_isError(result) != 0) return {source.pos, 0, Fault(result)};
    wanted_ = result;
    any_ = true;
    return {source.pos, target.pos, {}};
  }

  bool MayEnd() const override { return any_ && wanted_ == 0; }
  std::string_view format() const override { return "zstd"; }

 private:
  static Status Fault(size_t result) {
    const std::string message = ::ZSTD_getErrorName(result);
    if (::ZSTD_getErrorCode(result) == ZSTD_error_frameParameter_windowTooLarge) {
      return Unsupported(message + "; zstd -d --long=31 -c FILE | gram-cpu ... --input - reads it");
    }
    return Corrupt(message);
  }

  std::unique_ptr<ZSTD_DStream, FreeStream> stream_{::ZSTD_createDStream()};
  size_t wanted_ = 0;  // what the decoder would like next; 0 between frames
  bool any_ = false;
};

}  // namespace

std::unique_ptr<Decoder> MakeZstdDecoder() { return std::make_unique<ZstdDecoder>(); }

}  // namespace gram::jobs
