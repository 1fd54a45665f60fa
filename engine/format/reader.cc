#include "engine/format/reader.h"

#include <algorithm>
#include <cstring>
#include <numeric>

#include "engine/base/status.h"
#include "engine/base/thread_pool.h"
#include "engine/format/checksum.h"

namespace gram::format {
namespace {

bool IsKnownDType(uint32_t dtype) {
  return dtype == static_cast<uint32_t>(DType::kBf16) ||
         dtype == static_cast<uint32_t>(DType::kF32);
}

bool IsKnownLayout(uint32_t layout) {
  return layout == static_cast<uint32_t>(LayoutTag::kRowMajor) ||
         layout == static_cast<uint32_t>(LayoutTag::kPacked64);
}

Status Differs(const std::string& where, const char* field, uint64_t found, uint64_t expected) {
  return Corrupt(where + ": " + field + " is " + std::to_string(found) + ", expected " +
                 std::to_string(expected));
}

// `found` is the file's record, `expected` what the config asks for at this place.
Status CheckRecord(const TensorRecord& found, const TensorRecord& expected, uint64_t file_bytes,
                   const std::string& path) {
  const std::string where = path + ": tensor " + expected.name;
  if (std::memcmp(found.name, expected.name, sizeof(found.name)) != 0) {
    const std::string name(found.name, strnlen(found.name, sizeof(found.name)));
    return Corrupt(where + ": the tensor table has '" + name + "' in its place");
  }
  if (found.role != expected.role) return Differs(where, "role", found.role, expected.role);
  if (!IsKnownDType(found.dtype)) {
    return Unsupported(where + ": dtype " + std::to_string(found.dtype) +
                       " is unknown to this build");
  }
  if (!IsKnownLayout(found.layout)) {
    return Unsupported(where + ": layout tag " + std::to_string(found.layout) +
                       " is unknown to this build");
  }
  if (found.dtype != expected.dtype) return Differs(where, "dtype", found.dtype, expected.dtype);
  if (found.layout != expected.layout) {
    return Differs(where, "layout", found.layout, expected.layout);
  }
  if (found.rows != expected.rows) return Differs(where, "rows", found.rows, expected.rows);
  if (found.cols != expected.cols) return Differs(where, "cols", found.cols, expected.cols);
  if (found.bytes != expected.bytes) return Differs(where, "bytes", found.bytes, expected.bytes);
  if (found.reserved0 != 0 || found.reserved1 != 0) {
    return Corrupt(where + ": a reserved field is not zero");
  }
  return CheckPlace(where, found.offset, found.bytes, expected.offset, file_bytes);
}

}  // namespace

Result<PackedFile> PackedFile::Open(const std::string& path) {
  GRAM_ASSIGN_OR_RETURN(MappedFile mapped, MappedFile::Open(path));
  GRAM_ASSIGN_OR_RETURN(const FileStamp stamp, mapped.Stamp());  // before anything is read
  GRAM_ASSIGN_OR_RETURN(const FileHeader header, ReadHeader(mapped.bytes(), path));
  PackedFile file(std::move(mapped), header);
  file.opened_stamp_ = stamp;
  const auto bytes = file.file_.bytes();
  GRAM_ASSIGN_OR_RETURN(file.model_, DecodeConfig(SectionBytes(bytes, header, SectionKind::kConfig),
                                                  path + ": config"));
  GRAM_ASSIGN_OR_RETURN(file.chat_, DecodeChat(SectionBytes(bytes, header, SectionKind::kChat),
                                               path + ": chat pieces"));
  GRAM_RETURN_IF_ERROR(file.ReadTensorTable());
  return file;
}

Status PackedFile::ReadTensorTable() {
  const std::vector<TensorSpec> table = TensorTable(model_);
  const auto section = SectionBytes(file_.bytes(), header_, SectionKind::kTensors);
  if (section.size() != table.size() * sizeof(TensorRecord)) {
    return Corrupt(path() + ": tensor table: " + std::to_string(section.size()) +
                   " bytes, but the config's " + std::to_string(table.size()) + " tensors take " +
                   std::to_string(table.size() * sizeof(TensorRecord)));
  }
  std::vector<TensorRecord> found(table.size());
  std::memcpy(found.data(), section.data(), section.size());
  // The first tensor, the embedding, sets the dtype that all weights must have.
  weight_dtype_ = found[0].dtype == static_cast<uint32_t>(DType::kF32) ? DType::kF32 : DType::kBf16;
  const std::vector<TensorRecord> expected =
      PlaceTensors(table, weight_dtype_, MetadataEnd(header_));
  tensors_.reserve(table.size());
  for (size_t i = 0; i < table.size(); ++i) {
    GRAM_RETURN_IF_ERROR(CheckRecord(found[i], expected[i], header_.file_bytes, path()));
    const TensorSpec& spec = table[i];
    tensors_.push_back({spec.name, spec.role, spec.rows, spec.cols,
                        static_cast<DType>(found[i].dtype), static_cast<LayoutTag>(found[i].layout),
                        found[i].offset, found[i].checksum,
                        file_.bytes().subspan(found[i].offset, found[i].bytes)});
  }
  const uint64_t end = AlignUp(tensors_.back().offset + tensors_.back().data.size());
  if (end != header_.file_bytes) {
    return Differs(path() + ": header", "file_bytes", header_.file_bytes, end);
  }
  return {};
}

std::string_view PackedFile::Section(SectionKind kind) const {
  const auto bytes = SectionBytes(file_.bytes(), header_, kind);
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

std::string_view PackedFile::tokenizer_bytes() const { return Section(SectionKind::kTokenizer); }

std::string_view PackedFile::provenance() const { return Section(SectionKind::kProvenance); }

Result<const TensorEntry*> PackedFile::Tensor(std::string_view name) const {
  const auto found = std::find_if(tensors_.begin(), tensors_.end(),
                                  [&](const TensorEntry& entry) { return entry.name == name; });
  if (found != tensors_.end()) return &*found;
  return NotFound(path() + ": has no tensor '" + std::string(name) + "'");
}

// Takes no memory, so that it may run in a parallel loop.
bool PackedFile::IsWhole(size_t index) const {
  const TensorEntry& entry = tensors_[index];
  const uint64_t end = entry.offset + entry.data.size();
  const auto padding = file_.bytes().subspan(end, AlignUp(end) - end);
  return Checksum(entry.data) == entry.checksum && AllZero(padding);
}

Status PackedFile::Damaged(size_t index) const {
  return Corrupt(path() + ": tensor " + tensors_[index].name +
                 ": wrong checksum; the file is damaged, convert or copy it again");
}

Status PackedFile::VerifyTensor(size_t index) const {
  if (index >= tensors_.size()) {
    return InvalidArgument(path() + ": has no tensor number " + std::to_string(index) + ", only " +
                           std::to_string(tensors_.size()) + " tensors");
  }
  return IsWhole(index) ? Status() : Damaged(index);
}

Status PackedFile::VerifyTensors(const ExecContext& ctx, const std::atomic<bool>* cancel) const {
  // The largest first, so that no thread is left with one of them at the end.
  std::vector<size_t> order(tensors_.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::stable_sort(order.begin(), order.end(), [this](size_t a, size_t b) {
    return tensors_[a].data.size() > tensors_[b].data.size();
  });
  std::vector<char> damaged(tensors_.size(), 0);
  ParallelFor(ctx, static_cast<int64_t>(order.size()), [&](int64_t i, int) {
    const size_t index = order[static_cast<size_t>(i)];
    if (!IsSet(cancel)) damaged[index] = IsWhole(index) ? 0 : 1;
  });
  if (IsSet(cancel)) return Cancelled("cancelled before the model was checked");
  const auto first = std::find(damaged.begin(), damaged.end(), 1);
  return first == damaged.end() ? Status() : Damaged(static_cast<size_t>(first - damaged.begin()));
}

Status PackedFile::VerifyAgain(const ExecContext& ctx, const std::atomic<bool>* cancel) const {
  GRAM_ASSIGN_OR_RETURN(const FileStamp now, Stamp());
  // Reading the mapping beyond the end of a file that became shorter would fault.
  if (now.bytes != opened_stamp_.bytes) {
    return Corrupt(path() + ": has " + std::to_string(now.bytes) + " bytes, but had " +
                   std::to_string(opened_stamp_.bytes));
  }
  GRAM_ASSIGN_OR_RETURN(const FileHeader header, ReadHeader(file_.bytes(), path()));
  // Sound, but perhaps another model in the place of the one that was opened.
  if (header.checksum != header_.checksum) return Corrupt(path() + ": holds another model");
  return VerifyTensors(ctx, cancel);
}

}  // namespace gram::format
