#include "jobs/io/compression.h"

#include <zlib.h>
#include <zstd.h>
#include <zstd_errors.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <limits>
#include <new>
#include <vector>

#include "engine/base/status.h"
#include "jobs/io/foreign_input.h"

namespace gram::jobs {
namespace {

constexpr int kGzipWindow = 15 + 16;  // the largest window; gzip's header and checksum only
constexpr int kGzipLevel = 6;
constexpr int kGzipMemory = 8;  // zlib's default
constexpr int kZstdLevel = 9;
constexpr size_t kZstdBlockHeaderBytes = 3;
constexpr size_t kOutBytes = size_t{256} << 10;
// The pieces of a file are always as large: what an encoder is fed is the same on every run.
constexpr size_t kPieceBytes = size_t{1} << 20;

uInt Bounded(size_t size) {
  return static_cast<uInt>(std::min<size_t>(size, std::numeric_limits<uInt>::max()));
}

// As much of `text` as zlib can count. Its interface is older than const; it does not write there.
void SetInput(z_stream& stream, std::string_view text) {
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = Bounded(text.size());
}

// Members one after the other, zero bytes as padding behind the last.
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
      if (padded_)
        return {0, 0, Corrupt("there is data after the padding that follows the last member")};
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
    SetInput(stream_, in);
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
      step.status = Corrupt(stream_.msg != nullptr ? stream_.msg : "zlib failed");
    }
    return step;
  }

  z_stream stream_{};
  bool inside_ = true;  // an empty input is not gzip
  bool padded_ = false;
  int64_t members_ = 0;
};

struct FreeStream {
  void operator()(ZSTD_DStream* stream) const { ::ZSTD_freeDStream(stream); }
};

// Frames one after the other, skippable ones among them.
class ZstdDecoder : public Decoder {
 public:
  ZstdDecoder() {
    if (stream_ == nullptr) throw std::bad_alloc();
    wanted_ = ::ZSTD_initDStream(stream_.get());
  }

  Step Decode(std::string_view in, std::span<char> out) override {
    // An error of ZSTD_decompressStream hides how much it had produced in the same call. So no call
    // gets more than one block, without the header of the next: what it hides is that block alone.
    const size_t most = wanted_ > kZstdBlockHeaderBytes ? wanted_ - kZstdBlockHeaderBytes : wanted_;
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
      return Unsupported(message +
                         "; to read it: zstd -d --long=31 -c FILE | gram-cpu ... --input -");
    }
    return Corrupt(message);
  }

  std::unique_ptr<ZSTD_DStream, FreeStream> stream_{::ZSTD_createDStream()};
  size_t wanted_ = 0;  // what the decoder would like next; 0 between frames
  bool any_ = false;
};

template <typename Kind>
std::unique_ptr<Decoder> MakeDecoder() {
  return std::make_unique<Kind>();
}

// The first byte is one of a range: zstd has 16 kinds of skippable frame.
struct Magic {
  unsigned char first_low;
  unsigned char first_high;
  std::string_view rest;
  std::unique_ptr<Decoder> (*make_decoder)();
};

constexpr std::array<Magic, 3> kMagics = {{
    {0x1F, 0x1F, "\x8B", &MakeDecoder<GzipDecoder>},
    {0x28, 0x28, "\xB5\x2F\xFD", &MakeDecoder<ZstdDecoder>},
    {0x50, 0x5F, "\x2A\x4D\x18", &MakeDecoder<ZstdDecoder>},
}};

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
      SetInput(stream_, text);
      text.remove_prefix(stream_.avail_in);
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
      if (result == Z_STREAM_ERROR) return Internal("zlib failed");
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

Compression RecogniseCompression(std::string_view first) {
  Compression result;
  if (first.empty()) return result;
  const auto byte = static_cast<unsigned char>(first[0]);
  for (const Magic& magic : kMagics) {
    const std::string_view rest = first.substr(1, magic.rest.size());
    if (byte < magic.first_low || byte > magic.first_high || !magic.rest.starts_with(rest)) {
      continue;
    }
    if (rest.size() < magic.rest.size()) {
      result.undecided = true;
      continue;
    }
    result.undecided = false;
    result.decoder = magic.make_decoder();
    return result;
  }
  if (const ForeignFile* file = FindForeignFile(first, result.undecided)) {
    result.refused = file->what;
    result.hint = file->hint;
  }
  return result;
}

Packing PackingOf(const std::string& path) {
  if (path.ends_with(".gz")) return Packing::kGzip;
  if (path.ends_with(".zst")) return Packing::kZstd;
  return Packing::kNone;
}

Result<std::unique_ptr<Encoder>> MakeEncoder(Packing packing) {
  return packing == Packing::kGzip ? Started<GzipEncoder>() : Started<ZstdEncoder>();
}

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
