// Two numbers (which damage, and where), a byte (how it is packed), and a text; the text, packed,
// is damaged too, and is itself read as a file. Holds: what was packed in any number of members is
// read back; a file cut short ends in an error behind a part of the text; one with a changed bit
// gives an error or the text, never another text.
#include <algorithm>

#include "engine/base/status.h"
#include "jobs/io/byte_source.h"
#include "tests/fuzz/fuzzing.h"
#include "tests/jobs/io/compress.h"

namespace gram::fuzz {
namespace {

constexpr size_t kMostBytes = size_t{64}
                              << 20;  // a bomb is read in constant memory, for as long as we care

struct Content {
  std::string text;
  Status status;
};

Content ReadAll(const std::string& bytes) {
  const std::string path = WriteScratch("file", bytes);
  auto file = jobs::RawFile::Open(path);
  CheckOk(file.status(), "a file opens");
  jobs::ByteSource source(std::move(*file));
  Content content;
  while (content.text.size() < kMostBytes) {
    const auto more = source.Peek();
    if (!more.ok()) {
      CheckRefusal(more.status(), path);
      Check(!source.Peek().ok(), "an error stays");
      content.status = more.status();
      break;
    }
    if (more->empty()) break;
    content.text += *more;
    source.Consume(more->size());
  }
  return content;
}

// In members of as equal a size as may be.
std::string Pack(std::string_view text, bool zstd, size_t members) {
  std::string packed;
  for (size_t i = 0; i < members; ++i) {
    const size_t begin = text.size() * i / members, end = text.size() * (i + 1) / members;
    const std::string part(text.substr(begin, end - begin));
    packed += zstd ? jobs::Zstd(part) : jobs::Gzip(part);
  }
  return packed;
}

}  // namespace
}  // namespace gram::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace gram::fuzz;
  Input input(data, size);
  const size_t bit = input.Below(8), place = input.Below(1 << 16);
  const uint8_t how = input.Byte();
  const std::string text(input.Rest());
  ReadAll(text);  // may be a compressed file itself
  const size_t members = 1 + (how >> 1) % 4;
  const std::string packed = Pack(text, (how & 1) != 0, members);
  const Content whole = ReadAll(packed);
  CheckOk(whole.status, "what was packed can be read");
  Check(whole.text == text, "what was packed is read back");
  // The first bytes tell that a file is compressed: without them it is another file.
  const size_t at = 4 + place % (packed.size() - 4);
  const Content cut = ReadAll(packed.substr(0, at));
  Check(text.starts_with(cut.text), "a file cut short gives a part of the text");
  Check(!cut.status.ok() || members > 1, "a file cut short ends in an error");
  std::string changed = packed;
  changed[at] = static_cast<char>(changed[at] ^ 1 << bit);
  const Content other = ReadAll(changed);
  Check(!other.status.ok() || other.text == text, "a changed bit is found, or changes nothing");
  return 0;
}
