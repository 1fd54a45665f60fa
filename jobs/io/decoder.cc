#include "jobs/io/decoder.h"

#include <algorithm>
#include <array>

#include "jobs/io/foreign_input.h"

namespace gram::jobs {
namespace {

struct Magic {
  unsigned char
      first_low;  // the first byte is one of a range: zstd has 16 kinds of skippable frame
  unsigned char first_high;
  std::string_view rest;
  std::unique_ptr<Decoder> (*make_decoder)();
};

constexpr std::array<Magic, 3> kMagics = {{
    {0x1F, 0x1F, "\x8B", &MakeGzipDecoder},
    {0x28, 0x28, "\xB5\x2F\xFD", &MakeZstdDecoder},
    {0x50, 0x5F, "\x2A\x4D\x18", &MakeZstdDecoder},
}};

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

}  // namespace gram::jobs
