#include "tools/convert/tensor_packer.h"

#include <algorithm>

#include "engine/base/bf16.h"
#include "engine/format/layout.h"
#include "engine/format/placement.h"
#include "engine/gemm/packed_weight.h"

namespace gram::convert {
namespace {

constexpr uint64_t kStripRows = gemm::kBlockCols;

struct Strips {
  AlignedBuffer<std::byte> rows;   // as the source gives them
  AlignedBuffer<std::byte> block;  // packed
};

Strips StripsFor(const std::vector<format::TensorRecord>& records) {
  uint64_t largest = 0;
  for (const format::TensorRecord& record : records) {
    const auto dtype = static_cast<format::DType>(record.dtype);
    const uint64_t rows = std::min(record.rows, kStripRows);
    largest = std::max(largest,
                       format::StoredBytes(format::LayoutTag::kPacked64, dtype, rows, record.cols));
  }
  return {AlignedBuffer<std::byte>(largest), AlignedBuffer<std::byte>(largest)};
}

// The block of `count` rows that lie in strips.rows, in strips.block.
std::span<const std::byte> Pack(const format::TensorRecord& record, uint64_t count,
                                Strips& strips) {
  const void* rows = strips.rows.data();
  void* block = strips.block.data();
  const auto dtype = static_cast<format::DType>(record.dtype);
  if (dtype == format::DType::kBf16) {
    gemm::PackBlock(static_cast<const Bf16*>(rows), count, record.cols, static_cast<Bf16*>(block));
  } else {
    gemm::PackBlock(static_cast<const float*>(rows), count, record.cols,
                    static_cast<float*>(block));
  }
  return {strips.block.data(),
          format::StoredBytes(format::LayoutTag::kPacked64, dtype, kStripRows, record.cols)};
}

Status PackTensor(size_t index, const RowSource& source, Strips& strips,
                  format::PackedFileWriter& writer) {
  const format::TensorRecord& record = writer.records()[index];
  const uint64_t row_bytes =
      record.cols * format::ElementBytes(static_cast<format::DType>(record.dtype));
  const bool packed = record.layout == static_cast<uint32_t>(format::LayoutTag::kPacked64);
  for (uint64_t first = 0; first < record.rows; first += kStripRows) {
    const uint64_t count = std::min(kStripRows, record.rows - first);
    const std::span<std::byte> rows(strips.rows.data(), count * row_bytes);
    GRAM_RETURN_IF_ERROR(source(index, first, count, rows));
    GRAM_RETURN_IF_ERROR(writer.Append(
        index, packed ? Pack(record, count, strips) : std::span<const std::byte>(rows)));
  }
  return {};
}

}  // namespace

Status PackTensors(const RowSource& source, const ProgressCallback& progress,
                   format::PackedFileWriter& writer) {
  const auto& records = writer.records();
  Strips strips = StripsFor(records);
  Progress state;
  state.tensors = records.size();
  for (const format::TensorRecord& record : records) state.total_bytes += record.bytes;
  for (size_t i = 0; i < records.size(); ++i) {
    state.tensor = i;
    state.next = writer.table()[i].name;
    if (progress) progress(state);
    GRAM_RETURN_IF_ERROR(PackTensor(i, source, strips, writer));
    state.bytes += records[i].bytes;
  }
  state.tensor = records.size();
  state.next = {};
  if (progress) progress(state);
  return {};
}

}  // namespace gram::convert
