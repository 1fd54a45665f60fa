// Where each tensor of a packed file lies, and in which form: a function of the config, the
// weights' dtype and the end of the metadata. The writer follows it, the reader insists on it.
#ifndef GRAM_ENGINE_FORMAT_PLACEMENT_H_
#define GRAM_ENGINE_FORMAT_PLACEMENT_H_

#include <cstdint>
#include <string_view>
#include <vector>

#include "engine/format/layout.h"
#include "engine/format/model_config.h"
#include "engine/format/tensor_table.h"

namespace gram::format {

std::string_view DTypeName(DType dtype);        ///< "bf16", "f32"
std::string_view LayoutName(LayoutTag layout);  ///< "row-major", "packed64"
std::string_view RoleName(TensorRole role);     ///< "matrix", "rows", "vector"

constexpr uint64_t ElementBytes(DType dtype) { return dtype == DType::kBf16 ? 2 : 4; }

/// Matrices are packed, everything else is row-major.
LayoutTag LayoutOf(TensorRole role);

/// Matrices and rows have the file's one weight dtype; vectors are always f32.
DType DTypeOf(TensorRole role, DType weight_dtype);

/// Bytes that a [rows, cols] tensor takes, the padding of its layout included. The sizes are those
/// of a config that passed Validate(), so nothing overflows.
uint64_t StoredBytes(LayoutTag layout, DType dtype, uint64_t rows, uint64_t cols);

/// The tensor section for `table`: tensors back to back from `start` on, each at the next 64-byte
/// boundary. Checksums are zero.
std::vector<TensorRecord> PlaceTensors(const std::vector<TensorSpec>& table, DType weight_dtype,
                                       uint64_t start);

}  // namespace gram::format

#endif  // GRAM_ENGINE_FORMAT_PLACEMENT_H_
