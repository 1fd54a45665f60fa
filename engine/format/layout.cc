#include "engine/format/layout.h"

#include <algorithm>
#include <cstring>

#include "engine/base/status.h"
#include "engine/format/checksum.h"

namespace gram::format {
namespace {

// What kind of file this is if it is no packed file, for the user who mixed up two paths.
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
  // The version comes before all else: another version may have another header.
  if (file.size() < 16) {
    return Corrupt(path + ": truncated within the header; convert or copy it again");
  }
  uint32_t version = 0;
  std::memcpy(&version, file.data() + offsetof(FileHeader, version), sizeof(version));
  if (version == 0) return Corrupt(path + ": header: version 0 does not exist");
  if (version != kVersion) {
    return Unsupported(path + ": version " + std::to_string(version) +
                       " of the packed file, but this build reads version " +
                       std::to_string(kVersion) + "; convert the model again" +
                       (version > kVersion ? " or use a newer gram-cpu" : ""));
  }
  return {};
}

Status CheckHeader(const FileHeader& header, uint64_t actual_bytes, const std::string& path) {
  if (header.header_bytes != sizeof(FileHeader)) {
    return Corrupt(path + ": header: header_bytes is " + std::to_string(header.header_bytes) +
                   ", expected " + std::to_string(sizeof(FileHeader)));
  }
  // The checksum comes before the other fields: only intact ones are worth a message of their own.
  const auto bytes = std::as_bytes(std::span(&header, 1));
  if (Checksum(bytes.first(offsetof(FileHeader, checksum))) != header.checksum) {
    return Corrupt(path +
                   ": header: wrong checksum; the file is damaged, convert or copy it again");
  }
  if (header.file_bytes != actual_bytes) {
    return Corrupt(path + ": " + (actual_bytes < header.file_bytes ? "truncated" : "too long") +
                   ": " + std::to_string(actual_bytes) + " bytes, but its header declares " +
                   std::to_string(header.file_bytes) + "; convert or copy it again");
  }
  const bool zeros = header.reserved0 == 0 && AllZero(std::as_bytes(std::span(header.reserved1)));
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
      return Corrupt(where + ": its section record has kind " + std::to_string(section.kind) +
                     " or a non-zero reserved field");
    }
    GRAM_RETURN_IF_ERROR(
        CheckPlace(where, section.offset, section.bytes, AlignUp(end), file.size()));
    GRAM_RETURN_IF_ERROR(CheckZero(file, end, section.offset, where));
    if (Checksum(SectionBytes(file, header, kind)) != section.checksum) {
      return Corrupt(where + ": wrong checksum; the file is damaged, convert or copy it again");
    }
    end = section.offset + section.bytes;
  }
  if (AlignUp(end) > file.size()) return Corrupt(path + ": no room for any tensors");
  return CheckZero(file, end, AlignUp(end), path + ": tensors");
}

}  // namespace

std::string_view LayoutName(LayoutTag layout) {
  return layout == LayoutTag::kPacked64 ? "packed64" : "row-major";
}

std::string_view RoleName(TensorRole role) {
  switch (role) {
    case TensorRole::kMatrix:
      return "matrix";
    case TensorRole::kRows:
      return "rows";
    case TensorRole::kVector:
      return "vector";
  }
  return "unknown";
}

LayoutTag LayoutOf(TensorRole role) {
  return role == TensorRole::kMatrix ? LayoutTag::kPacked64 : LayoutTag::kRowMajor;
}

DType DTypeOf(TensorRole role, DType weight_dtype) {
  return role == TensorRole::kVector ? DType::kF32 : weight_dtype;
}

uint64_t StoredBytes(LayoutTag layout, DType dtype, uint64_t rows, uint64_t cols) {
  if (layout == LayoutTag::kPacked64) return PackedLayout{rows, cols, dtype}.bytes();
  return rows * cols * ElementBytes(dtype);
}

std::vector<TensorRecord> PlaceTensors(const std::vector<TensorSpec>& table, DType weight_dtype,
                                       uint64_t start) {
  std::vector<TensorRecord> records;
  records.reserve(table.size());
  uint64_t offset = AlignUp(start);
  for (const TensorSpec& spec : table) {
    const DType dtype = DTypeOf(spec.role, weight_dtype);
    const LayoutTag layout = LayoutOf(spec.role);
    TensorRecord record{};
    GRAM_DCHECK(spec.name.size() < sizeof(record.name));
    std::memcpy(record.name, spec.name.data(), std::min(spec.name.size(), sizeof(record.name) - 1));
    record.role = static_cast<uint32_t>(spec.role);
    record.dtype = static_cast<uint32_t>(dtype);
    record.layout = static_cast<uint32_t>(layout);
    record.rows = spec.rows;
    record.cols = spec.cols;
    record.offset = offset;
    record.bytes = StoredBytes(layout, dtype, spec.rows, spec.cols);
    offset = AlignUp(offset + record.bytes);
    records.push_back(record);
  }
  return records;
}

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
  // Not offset + bytes, which may overflow.
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
  if (AllZero(file.subspan(begin, end - begin))) return {};
  return Corrupt(what + ": the padding next to it is not zero");
}

bool AllZero(std::span<const std::byte> bytes) {
  return std::all_of(bytes.begin(), bytes.end(), [](std::byte b) { return b == std::byte{0}; });
}

}  // namespace gram::format
