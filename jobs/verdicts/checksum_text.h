// Checksums as people and manifests read them: 16 hexadecimal digits.
#ifndef GRAM_JOBS_VERDICTS_CHECKSUM_TEXT_H_
#define GRAM_JOBS_VERDICTS_CHECKSUM_TEXT_H_

#include <cstdint>
#include <string>
#include <string_view>

namespace gram::jobs {

std::string HexText(uint64_t checksum);

/// The xxh3-64 of `text`.
std::string ChecksumOf(std::string_view text);

}  // namespace gram::jobs

#endif  // GRAM_JOBS_VERDICTS_CHECKSUM_TEXT_H_
