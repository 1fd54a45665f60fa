// The first checks of a packed file: header, sections, and the zero bytes between them.
#ifndef GRAM_ENGINE_FORMAT_HEADER_H_
#define GRAM_ENGINE_FORMAT_HEADER_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "engine/base/status.h"
#include "engine/format/layout.h"

namespace gram::format {

/// The header of `file` (a whole file's bytes), if it is a complete packed file of this version
/// whose sections lie where they must and match their checksums. Touches header and sections only.
/// kCorrupt or kUnsupported, naming `path` and the field.
Result<FileHeader> ReadHeader(std::span<const std::byte> file, const std::string& path);

/// A section's bytes; `header` is ReadHeader's.
std::span<const std::byte> SectionBytes(std::span<const std::byte> file, const FileHeader& header,
                                        SectionKind kind);

/// "config", "tensor table" and the like.
const char* SectionName(SectionKind kind);

/// The first byte after the sections, padding included: where tensors begin.
uint64_t MetadataEnd(const FileHeader& header);

/// kCorrupt unless `bytes` at `offset`, found in the file's record of `what`, lie at `expected` and
/// within `file_bytes`; the message says whether it is misaligned, overlaps, leaves a gap or ends
/// outside.
Status CheckPlace(const std::string& what, uint64_t offset, uint64_t bytes, uint64_t expected,
                  uint64_t file_bytes);

/// kCorrupt unless all of file[begin, end) is zero.
Status CheckZero(std::span<const std::byte> file, uint64_t begin, uint64_t end,
                 const std::string& what);

}  // namespace gram::format

#endif  // GRAM_ENGINE_FORMAT_HEADER_H_
