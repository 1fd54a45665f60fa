// Compressed data for tests.
#ifndef GRAM_TESTS_JOBS_IO_COMPRESS_H_
#define GRAM_TESTS_JOBS_IO_COMPRESS_H_

#include <zlib.h>
#include <zstd.h>

#include <string>

namespace gram::jobs {

/// One gzip member.
inline std::string Gzip(const std::string& text) {
  z_stream stream{};
  ::deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
  std::string out(::deflateBound(&stream, text.size()), '\0');
  std::string in = text;
  stream.next_in = reinterpret_cast<Bytef*>(in.data());
  stream.avail_in = static_cast<uInt>(in.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  ::deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  ::deflateEnd(&stream);
  return out;
}

/// One zstd frame with a checksum.
inline std::string Zstd(const std::string& text, int level = 3) {
  ZSTD_CCtx* context = ::ZSTD_createCCtx();
  ::ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1);
  ::ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, level);
  std::string out(::ZSTD_compressBound(text.size()), '\0');
  out.resize(::ZSTD_compress2(context, out.data(), out.size(), text.data(), text.size()));
  ::ZSTD_freeCCtx(context);
  return out;
}

}  // namespace gram::jobs

#endif  // GRAM_TESTS_JOBS_IO_COMPRESS_H_
