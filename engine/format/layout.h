// The packed model file's constants: magic, version, dtypes, layout tags. docs/format.md is the
// prose.
#ifndef GRAM_ENGINE_FORMAT_LAYOUT_H_
#define GRAM_ENGINE_FORMAT_LAYOUT_H_

#include <cstdint>

namespace gram::format {

enum class DType : uint32_t { kBf16 = 1, kF32 = 2 };

/// How a tensor's elements lie in its bytes.
enum class LayoutTag : uint32_t {
  kRowMajor = 1,  ///< [rows][cols], rows back to back
  kPacked64 = 2,  ///< column blocks of 64: engine/gemm/packed_weight.h
};

}  // namespace gram::format

#endif  // GRAM_ENGINE_FORMAT_LAYOUT_H_
