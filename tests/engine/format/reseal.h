// A packed file's checksums made right again after its bytes were changed: what somebody who means
// harm would do.
#ifndef GRAM_TESTS_ENGINE_FORMAT_RESEAL_H_
#define GRAM_TESTS_ENGINE_FORMAT_RESEAL_H_

#include <cstddef>
#include <cstring>
#include <span>
#include <string>
#include <string_view>

#include "engine/format/checksum.h"
#include "engine/format/layout.h"

namespace gram::format {

/// The checksum of bytes [offset, offset + count) of `file`; `otherwise` where they are not all
/// there.
inline uint64_t ChecksumWithin(std::string_view file, uint64_t offset, uint64_t count,
                               uint64_t otherwise) {
  if (offset > file.size() || count > file.size() - offset) return otherwise;
  const std::string_view part = file.substr(offset, count);
  return Checksum(std::as_bytes(std::span(part.data(), part.size())));
}

/// Those of the tensors that the tensor table at [offset, offset + count) lists.
inline void ResealTensors(uint64_t offset, uint64_t count, std::string* bytes) {
  if (offset > bytes->size() || count > bytes->size() - offset) return;
  for (uint64_t i = 0; i + sizeof(TensorRecord) <= count; i += sizeof(TensorRecord)) {
    TensorRecord record;
    std::memcpy(&record, bytes->data() + offset + i, sizeof(record));
    record.checksum = ChecksumWithin(*bytes, record.offset, record.bytes, record.checksum);
    std::memcpy(bytes->data() + offset + i, &record, sizeof(record));
  }
}

/// `bytes` with the checksums of tensors, sections and header as they ought to be, in this order,
/// since each covers the one before. What lies outside the file is left as it is.
inline std::string Resealed(std::string bytes) {
  FileHeader header;
  if (bytes.size() < sizeof(header)) return bytes;
  std::memcpy(&header, bytes.data(), sizeof(header));
  const SectionRecord& tensors = header.sections[static_cast<uint32_t>(SectionKind::kTensors) - 1];
  ResealTensors(tensors.offset, tensors.bytes, &bytes);
  for (SectionRecord& section : header.sections) {
    section.checksum = ChecksumWithin(bytes, section.offset, section.bytes, section.checksum);
  }
  header.checksum =
      Checksum(std::as_bytes(std::span(&header, 1)).first(offsetof(FileHeader, checksum)));
  std::memcpy(bytes.data(), &header, sizeof(header));
  return bytes;
}

}  // namespace gram::format

#endif  // GRAM_TESTS_ENGINE_FORMAT_RESEAL_H_
