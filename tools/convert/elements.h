// Elements of a checkpoint: their types, and their way into the packed file's types.
#ifndef GRAM_TOOLS_CONVERT_ELEMENTS_H_
#define GRAM_TOOLS_CONVERT_ELEMENTS_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "engine/format/layout.h"

namespace gram::convert {

enum class SourceDType : uint8_t { kBf16, kF16, kF32 };

constexpr uint64_t ElementBytes(SourceDType dtype) { return dtype == SourceDType::kF32 ? 4 : 2; }

std::string_view SourceDTypeName(SourceDType dtype);  ///< "BF16", "F16", "F32"

/// IEEE binary16 to binary32: exact, subnormals included.
float HalfToFloat(uint16_t bits);

/// Converts source.size() / ElementBytes(from) elements into `stored`, which has room for as many
/// of `to`. To f32 every conversion is exact; to bf16 it rounds to nearest even. Returns the index
/// of the first element that is NaN or infinite, before or after; the number of elements if none
/// is.
size_t ConvertElements(SourceDType from, std::span<const std::byte> source, format::DType to,
                       std::span<std::byte> stored);

}  // namespace gram::convert

#endif  // GRAM_TOOLS_CONVERT_ELEMENTS_H_
