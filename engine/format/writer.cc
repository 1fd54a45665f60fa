#include "engine/format/writer.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

namespace gram::format {
namespace {

std::span<const std::byte> BytesOf(std::string_view text) {
  return std::as_bytes(std::span(text.data(), text.size()));
}

constexpr std::array<std::byte, kAlignment> kZeros{};

std::span<const std::byte> PaddingAfter(uint64_t bytes) {
  return std::span(kZeros).first(AlignUp(bytes) - bytes);
}

SectionRecord& SectionOf(FileHeader& header, SectionKind kind) {
  return header.sections[static_cast<uint32_t>(kind) - 1];
}

}  // namespace

PackedFileWriter::PackedFileWriter(AtomicFile file, Metadata metadata)
    : file_(std::move(file)),
      metadata_(std::move(metadata)),
      table_(TensorTable(metadata_.model)) {}

Result<PackedFileWriter> PackedFileWriter::Create(const std::string& path, Metadata metadata) {
  GRAM_RETURN_IF_ERROR(Validate(metadata.model, path + ": config"));
  GRAM_ASSIGN_OR_RETURN(AtomicFile file, AtomicFile::Create(path));
  PackedFileWriter writer(std::move(file), std::move(metadata));
  GRAM_RETURN_IF_ERROR(writer.WriteMetadata());
  return writer;
}

// Header and tensor section go out as placeholders: their checksums are known at the end.
Status PackedFileWriter::WriteMetadata() {
  const std::string config = EncodeConfig(metadata_.model);
  const std::string chat = EncodeChat(metadata_.chat);
  const std::string tensors(table_.size() * sizeof(TensorRecord), '\0');
  const std::pair<SectionKind, std::string_view> sections[kSectionCount] = {
      {SectionKind::kConfig, config},
      {SectionKind::kTensors, tensors},
      {SectionKind::kChat, chat},
      {SectionKind::kProvenance, metadata_.provenance},
      {SectionKind::kTokenizer, metadata_.tokenizer}};
  std::memcpy(header_.magic, kMagic, sizeof(kMagic));
  header_.version = kVersion;
  header_.header_bytes = sizeof(FileHeader);
  header_.section_count = kSectionCount;
  GRAM_RETURN_IF_ERROR(AppendPadded(std::as_bytes(std::span(&header_, 1))));
  uint64_t offset = sizeof(FileHeader);
  for (const auto& [kind, text] : sections) {
    SectionOf(header_, kind) = {.kind = static_cast<uint32_t>(kind),
                                .reserved = 0,
                                .offset = offset,
                                .bytes = text.size(),
                                .checksum = Checksum(BytesOf(text))};
    GRAM_RETURN_IF_ERROR(AppendPadded(BytesOf(text)));
    offset = AlignUp(offset + text.size());
  }
  metadata_.tokenizer = {};  // on disk now, and the largest part by far
  records_ = PlaceTensors(table_, metadata_.weight_dtype, offset);
  file_bytes_ = AlignUp(records_.back().offset + records_.back().bytes);
  return {};
}

Status PackedFileWriter::AppendPadded(std::span<const std::byte> bytes) {
  GRAM_RETURN_IF_ERROR(file_.Append(bytes));
  return file_.Append(PaddingAfter(bytes.size()));
}

Status PackedFileWriter::Append(size_t index, std::span<const std::byte> bytes) {
  if (index != current_ || current_ == records_.size() ||
      bytes.size() > records_[current_].bytes - filled_) {
    return Internal(file_.path() + ": bytes for tensor number " + std::to_string(index) +
                    " out of turn or too many");
  }
  GRAM_RETURN_IF_ERROR(file_.Append(bytes));
  running_.Update(bytes);
  filled_ += bytes.size();
  if (filled_ < records_[current_].bytes) return {};
  records_[current_].checksum = running_.Take();
  filled_ = 0;
  return file_.Append(PaddingAfter(records_[current_++].bytes));
}

Status PackedFileWriter::Finish() {
  if (current_ != table_.size()) {
    return Internal(file_.path() + ": tensor " + table_[current_].name + " is incomplete");
  }
  // The header last: until it is there, no reader takes the file for a complete one.
  SectionRecord& tensors = SectionOf(header_, SectionKind::kTensors);
  const auto record_bytes = std::as_bytes(std::span(records_));
  tensors.checksum = Checksum(record_bytes);
  GRAM_RETURN_IF_ERROR(file_.WriteAt(tensors.offset, record_bytes));
  header_.file_bytes = file_bytes_;
  const auto header_bytes = std::as_bytes(std::span(&header_, 1));
  header_.checksum = Checksum(header_bytes.first(offsetof(FileHeader, checksum)));
  GRAM_RETURN_IF_ERROR(file_.WriteAt(0, header_bytes));
  return file_.Commit();
}

}  // namespace gram::format
