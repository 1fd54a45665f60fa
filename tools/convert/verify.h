// What a packed file holds, for people and for programs, and whether every byte of it is sound.
#ifndef GRAM_TOOLS_CONVERT_VERIFY_H_
#define GRAM_TOOLS_CONVERT_VERIFY_H_

#include <cstdint>
#include <string>
#include <vector>

#include "engine/base/status.h"
#include "engine/format/reader.h"

namespace gram::convert {

/// Several lines: config, sections, chat pieces, provenance, and one line per tensor. Reads
/// metadata only.
std::string DescribeText(const format::PackedFile& file);

/// The same as one JSON object on one line; checksums are hexadecimal texts.
std::string DescribeJson(const format::PackedFile& file);

/// Open and describe. Errors: one line that says what `path` is where it is no packed file; those
/// of PackedFile::Open; kOutOfMemory.
Result<std::string> DescribeText(const std::string& path);
Result<std::string> DescribeJson(const std::string& path);

struct VerifyReport {
  uint64_t tensors = 0;               ///< checked
  uint64_t bytes = 0;                 ///< the file's
  uint64_t model_checksum = 0;        ///< PackedFile::model_checksum()
  std::vector<std::string> problems;  ///< one line for each bad tensor; empty: the file is sound
};

/// Reads the whole file and compares every checksum. Header and metadata errors, which leave
/// nothing to go on with, come back as those of DescribeText(path); bad tensors in the report, all
/// of them.
Result<VerifyReport> Verify(const std::string& path);

}  // namespace gram::convert

#endif  // GRAM_TOOLS_CONVERT_VERIFY_H_
