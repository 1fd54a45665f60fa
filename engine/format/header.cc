#include "engine/format/header.h"

#include <algorithm>
#include <cstring>
#include <string_view>

#include "engine/format/checksum.h"

namespace gram::format {
namespace {

// What a file that is not ours looks like, for the user who mixed up two paths.
std::string Resemblance(std::string_view head, uint64_t file_bytes) {
  if (head.starts_with("GGUF")) return " (it looks like a GGUF file)";
  if (head.starts_with("PK\x03\x04")) return " (it looks like a PyTorch or zip archive)";
  uint64_t json_bytes = 0;
  if (head.size() >= 9) std::memcpy(&json_bytes, head.data(), sizeof(json_bytes));
  if (json_bytes > 0 && json_bytes < file_bytes && head[8] == '{') {
    return " (it looks like a safetensors file)";
  }
  return "";
}

Status CheckMagicAndVersion(std::span<const std::byte> file, const std::string& path) {
  const std::string_view head(reinterpret_cast<const char*>(file.data()),
                              std::min<size_t>(file.size(), 16));
  const std::string_view magic(reinterpret_cast<const char*>(kMagic), sizeof(kMagic));
  const size_t shown = std::min(head.size(), magic.size());
  if (head.substr(0, shown) != magic.substr(0, shown)) {
    return Corrupt(path + ": not a packed model file" + Resemblance(head, file.size()) +
                   "; make one from a Hugging Face folder with gram-cpu convert");
  }
  if (file.size() < 16) {
    return Corrupt(path + ": truncated within the header; convert or copy it again");
  }
  uint32_t version = 0;
  std::memcpy(&version, file.data() + offsetof(FileHeader, version), sizeof(version));
  if (version > kVersion) {
    return Unsupported(path + ": version " + std::to_string(version) +
                       " of the packed file, this build reads version " + std::to_string(kVersion) +
                       "; use a newer gram-cpu or convert the model again");
  }
  if (version == 0) return Corrupt(path + ": header: version 0 does not exist");
  return {};
}

Status CheckHeader(const FileHeader& header, uint64_t actual_bytes, const std::string& path) {
  if (header.header_bytes != sizeof(FileHeader)) {
    return Corrupt(path + ": header: header_bytes is " + std::to_string(header.header_bytes) +
                   ", expected " + std::to_string(sizeof(FileHeader)));
  }
  const auto bytes = std::as_bytes(std::span(&header, 1));
  if (Checksum(bytes.first(offsetof(FileHeader, checksum))) != header.checksum) {
    return Corrupt(path +
                   ": header: wrong checksum; the file is damaged, convert or copy it again");
  }
  if (header.file_bytes != actual_bytes) {
    return Corrupt(path + ": " + (actual_bytes < header.file_bytes ? "truncated" : "too long") +
                   ": " + std::to_string(actual_bytes) + " bytes, its header declares " +
                   std::to_string(header.file_bytes) + "; convert or copy it again");
  }
  const bool zeros =
      header.reserved0 == 0 && std::all_of(std::begin(header.reserved1), std::end(header.reserved1),
                                           [](unsigned char byte) { return byte == 0; });
  if (header.section_count != kSectionCount || !zeros) {
    return Corrupt(path + ": header: section_count or a reserved field is not what version " +
                   std::to_string(kVersion) + " has");
  }
  return {};
}

Status CheckSections(std::span<const std::byte> file, const FileHeader& header,
                     const std::string& path) {
  uint64_t end = sizeof(FileHeader);
  for (uint32_t i = 0; i < kSectionCount; ++i) {
    const SectionRecord& section = header.sections[i];
    const auto kind = static_cast<SectionKind>(i + 1);
    const std::string where = path + ": " + SectionName(kind);
    if (section.kind != i + 1 || section.reserved != 0) {
      return Corrupt(where + ": the header's record of it has kind " +
                     std::to_string(section.kind) + " or a reserved field that is not zero");
    }
    GRAM_RETURN_IF_ERROR(
        CheckPlace(where, section.offset, section.bytes, AlignUp(end), file.size()));
    GRAM_RETURN_IF_ERROR(CheckZero(file, end, section.offset, where));
    if (Checksum(SectionBytes(file, header, kind)) != section.checksum) {
      return Corrupt(where + ": wrong checksum; the file is damaged, convert or copy it again");
    }
    end = section.offset + section.bytes;
  }
  if (AlignUp(end) > file.size()) return Corrupt(path + ": tensors: there is no room for any");
  return CheckZero(file, end, AlignUp(end), path + ": tensors");
}

}  // namespace

Result<FileHeader> ReadHeader(std::span<const std::byte> file, const std::string& path) {
  GRAM_RETURN_IF_ERROR(CheckMagicAndVersion(file, path));
  if (file.size() < sizeof(FileHeader)) {
    return Corrupt(path + ": truncated within the header; convert or copy it again");
  }
  FileHeader header;
  std::memcpy(&header, file.data(), sizeof(header));
  GRAM_RETURN_IF_ERROR(CheckHeader(header, file.size(), path));
  GRAM_RETURN_IF_ERROR(CheckSections(file, header, path));
  return header;
}

std::span<const std::byte> SectionBytes(std::span<const std::byte> file, const FileHeader& header,
                                        SectionKind kind) {
  const SectionRecord& section = header.sections[static_cast<uint32_t>(kind) - 1];
  return file.subspan(section.offset, section.bytes);
}

const char* SectionName(SectionKind kind) {
  switch (kind) {
    case SectionKind::kConfig:
      return "config";
    case SectionKind::kTensors:
      return "tensor table";
    case SectionKind::kChat:
      return "chat pieces";
    case SectionKind::kProvenance:
      return "provenance";
    case SectionKind::kTokenizer:
      return "tokenizer";
  }
  return "unknown section";
}

uint64_t MetadataEnd(const FileHeader& header) {
  const SectionRecord& last = header.sections[kSectionCount - 1];
  return AlignUp(last.offset + last.bytes);
}

Status CheckPlace(const std::string& what, uint64_t offset, uint64_t bytes, uint64_t expected,
                  uint64_t file_bytes) {
  const char* problem = nullptr;
  if (offset > file_bytes || bytes > file_bytes - offset) {
    problem = "ends outside the file";
  } else if (offset % kAlignment != 0) {
    problem = "is not 64-byte aligned";
  } else if (offset < expected) {
    problem = "overlaps what comes before it";
  } else if (offset > expected) {
    problem = "leaves a gap before it";
  }
  if (problem == nullptr) return {};
  return Corrupt(what + ": " + std::to_string(bytes) + " bytes at offset " +
                 std::to_string(offset) + " " + problem + "; expected at " +
                 std::to_string(expected));
}

Status CheckZero(std::span<const std::byte> file, uint64_t begin, uint64_t end,
                 const std::string& what) {
  const auto gap = file.subspan(begin, end - begin);
  if (std::all_of(gap.begin(), gap.end(), [](std::byte byte) { return byte == std::byte{0}; })) {
    return {};
  }
  return Corrupt(what + ": the padding next to it is not zero");
}

}  // namespace gram::format
