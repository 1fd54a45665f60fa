// What an element of a tensor is, and where an element of a packed matrix lies: the types and the
// one layout that kernels, matmuls, the packed file and the converter share.
//
// Includes no more than integers, since the kernels' files may hold no templates of the standard
// library (docs/architecture.md, SIMD rules).
#ifndef GRAM_ENGINE_BASE_PACKED_LAYOUT_H_
#define GRAM_ENGINE_BASE_PACKED_LAYOUT_H_

#include <cstddef>
#include <cstdint>

#include "engine/base/rounding.h"

namespace gram {

/// What an element is. The numbers are those of the packed file, which holds no f16.
enum class DType : uint32_t { kBf16 = 1, kF32 = 2, kF16 = 3 };

constexpr size_t ElementBytes(DType dtype) { return dtype == DType::kF32 ? 4 : 2; }

/// "bf16", "f32", "f16".
constexpr const char* DTypeName(DType dtype) {
  return dtype == DType::kBf16 ? "bf16" : dtype == DType::kF32 ? "f32" : "f16";
}

/// Bytes: where tensors, sections of the packed file and buffers begin. One cache line, one
/// AVX-512 vector.
inline constexpr size_t kTensorAlignment = 64;

/// A 32-bit lane is the unit of every product: one f32, or a pair of bf16 that are multiplied and
/// added in one instruction.
inline constexpr size_t kLaneBytes = 4;

/// Elements that share a lane: 2 for bf16, 1 for f32.
constexpr size_t PairOf(DType dtype) { return kLaneBytes / ElementBytes(dtype); }

/// The one weight layout that every CPU reads: column blocks of 64, pairs of inputs interleaved for
/// bf16.
///
/// A weight W is [N, K] row-major in a checkpoint (N outputs, K inputs); y = x * W^T. Packed, it is
/// cut into ceil(N/64) blocks of 64 outputs; a block holds [Kp/p][64][p] elements, so element
/// (n, k) lies at
///   (n / 64) * 64 * Kp + (k / p) * 64 * p + (n % 64) * p + k % p
/// with p = 2 for bf16 (what vdpbf16ps, AMX and BFDOT consume), p = 1 for f32, and Kp = K rounded
/// up to 16 * p. Everything beyond N and K is zero. oneDNN calls these BA16a64b2a and BA16a64b.
struct PackedLayout {
  static constexpr size_t kBlockCols = 64;   ///< outputs of a block
  static constexpr size_t kDepthLanes = 16;  ///< a block's depth is a multiple of so many lanes

  size_t n = 0;  ///< outputs
  size_t k = 0;  ///< inputs
  DType dtype = DType::kBf16;

  constexpr size_t padded_k() const {
    const size_t unit = kDepthLanes * PairOf(dtype);
    return RoundUp(k, unit);
  }
  constexpr size_t blocks() const { return CeilDiv(n, kBlockCols); }
  constexpr size_t block_elements() const { return kBlockCols * padded_k(); }
  constexpr size_t block_bytes() const { return block_elements() * ElementBytes(dtype); }
  constexpr size_t bytes() const { return blocks() * block_bytes(); }

  /// Where element (output, input) lies, in elements from the start.
  constexpr size_t At(size_t output, size_t input) const {
    const size_t p = PairOf(dtype);
    return output / kBlockCols * block_elements() + input / p * kBlockCols * p +
           output % kBlockCols * p + input % p;
  }
};

/// Packs one block: `rows` [count, layout.k] row-major, count <= 64, of layout.dtype; `block` gets
/// layout.block_bytes(), padding included. Single-threaded, no allocation.
void PackBlock(const PackedLayout& layout, const void* rows, size_t count, void* block);

}  // namespace gram

#endif  // GRAM_ENGINE_BASE_PACKED_LAYOUT_H_
