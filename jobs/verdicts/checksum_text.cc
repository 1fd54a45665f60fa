#include "jobs/verdicts/checksum_text.h"

#include <array>
#include <cstdio>
#include <span>

#include "engine/format/checksum.h"

namespace gram::jobs {

std::string HexText(uint64_t checksum) {
  std::array<char, 17> text{};
  std::snprintf(text.data(), text.size(), "%016llx", static_cast<unsigned long long>(checksum));
  return text.data();
}

std::string ChecksumOf(std::string_view text) {
  return HexText(format::Checksum(std::as_bytes(std::span(text.data(), text.size()))));
}

}  // namespace gram::jobs
