#include "engine/format/placement.h"

#include <algorithm>
#include <cstring>

#include "engine/base/status.h"

namespace gram::format {
namespace {

constexpr uint64_t RoundUp(uint64_t value, uint64_t unit) {
  return (value + unit - 1) / unit * unit;
}

}  // namespace

std::string_view DTypeName(DType dtype) { return dtype == DType::kBf16 ? "bf16" : "f32"; }

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
  if (layout == LayoutTag::kPacked64) {
    rows = RoundUp(rows, 64);
    cols = RoundUp(cols, 64 / ElementBytes(dtype));  // 16 lanes of 32 bits
  }
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

}  // namespace gram::format
