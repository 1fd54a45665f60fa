// gzip, by zlib: members one after the other, zero bytes as padding behind the last.
#include <zlib.h>

#include <algorithm>
#include <limits>
#include <new>

#include "engine/base/status.h"
#include "jobs/io/decoder.h"

namespace gram::jobs {
namespace {

constexpr int kGzipWindow = 15 + 16;  // the largest window; gzip's header and checksum only

uInt Bounded(size_t size) {
  return static_cast<uInt>(std::min<size_t>(size, std::numeric_limits<uInt>::max()));
}

class GzipDecoder : public Decoder {
 public:
  GzipDecoder() {
    if (::inflateInit2(&stream_, kGzipWindow) != Z_OK) throw std::bad_alloc();
  }
  ~GzipDecoder() override { ::inflateEnd(&stream_); }
  GzipDecoder(const GzipDecoder&) = delete;
  GzipDecoder& operator=(const GzipDecoder&) = delete;

  Step Decode(std::string_view in, std::span<char> out) override {
    if (!inside_) {
      if (in.empty()) return {};
      if (in[0] == '\0' && members_ > 0) return SkipPadding(in);
      if (padded_) return {0, 0, Corrupt("something follows the padding behind the last member")};
      ::inflateReset(&stream_);
      inside_ = true;
    }
    return Inflate(in, out);
  }

  bool MayEnd() const override { return !inside_; }
  std::string_view format() const override { return "gzip"; }

 private:
  Step SkipPadding(std::string_view in) {
    padded_ = true;
    return {std::min(in.find_first_not_of('\0'), in.size()), 0, {}};
  }

  Step Inflate(std::string_view in, std::span<char> out) {
    // zlib's interface is older than const.
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(in.data()));
    stream_.avail_in = Bounded(in.size());
    stream_.next_out = reinterpret_cast<Bytef*>(out.data());
    stream_.avail_out = Bounded(out.size());
    const int result = ::inflate(&stream_, Z_NO_FLUSH);
    Step step{static_cast<size_t>(reinterpret_cast<const char*>(stream_.next_in) - in.data()),
              static_cast<size_t>(reinterpret_cast<const char*>(stream_.next_out) - out.data()),
              {}};
    if (result == Z_STREAM_END) {
      inside_ = false;
      ++members_;
    } else if (result != Z_OK && result != Z_BUF_ERROR) {
      step.status = Corrupt(stream_.msg != nullptr ? stream_.msg : "zlib cannot go on");
    }
    return step;
  }

  z_stream stream_{};
  bool inside_ = true;  // an empty input is not gzip
  bool padded_ = false;
  int64_t members_ = 0;
};

}  // namespace

std::unique_ptr<Decoder> MakeGzipDecoder() { return std::make_unique<GzipDecoder>(); }

}  // namespace gram::jobs
