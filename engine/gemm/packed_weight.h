// The one weight layout that every CPU reads: column blocks of 64, pairs of inputs interleaved for
// bf16.
//
// A weight W is [N, K] row-major in a checkpoint (N outputs, K inputs); y = x * W^T. Packed, it is
// cut into ceil(N/64) blocks of 64 outputs; a block holds [Kp/p][64][p] elements, so element (n, k)
// lies at
//   (n / 64) * 64 * Kp + (k / p) * 64 * p + (n % 64) * p + k % p
// with p = 2 for bf16 (what vdpbf16ps, AMX and BFDOT consume), p = 1 for f32, and Kp = K rounded up
// to 16 * p. Everything beyond N and K is zero. oneDNN calls these BA16a64b2a and BA16a64b.
#ifndef GRAM_ENGINE_GEMM_PACKED_WEIGHT_H_
#define GRAM_ENGINE_GEMM_PACKED_WEIGHT_H_

#include <cstddef>
#include <cstdint>

#include "engine/base/bf16.h"

namespace gram::gemm {

inline constexpr size_t kBlockCols = 64;  // outputs a block

enum class WeightType : uint32_t { kBf16, kF32 };

/// Elements that share a 32-bit lane: 2 for bf16, 1 for f32.
constexpr size_t PairOf(WeightType type) { return type == WeightType::kBf16 ? 2 : 1; }
constexpr size_t ElementBytes(WeightType type) { return type == WeightType::kBf16 ? 2 : 4; }

/// A packed weight in memory that it does not own, 64-byte aligned.
struct PackedWeight {
  const void* data = nullptr;
  size_t n = 0;  ///< outputs
  size_t k = 0;  ///< inputs
  WeightType type = WeightType::kBf16;

  size_t padded_k() const {
    const size_t unit = 16 * PairOf(type);
    return (k + unit - 1) / unit * unit;
  }
  size_t blocks() const { return (n + kBlockCols - 1) / kBlockCols; }
  size_t block_elements() const { return kBlockCols * padded_k(); }
  size_t block_bytes() const { return block_elements() * ElementBytes(type); }
  size_t bytes() const { return blocks() * block_bytes(); }
};

/// Packs one block of 64 outputs. rows [n_rows, k] row-major, n_rows <= 64; `block` gets 64 * Kp
/// elements, padding included. Single-threaded, no allocation.
void PackBlock(const Bf16* rows, size_t n_rows, size_t k, Bf16* block);
void PackBlock(const float* rows, size_t n_rows, size_t k, float* block);

}  // namespace gram::gemm

#endif  // GRAM_ENGINE_GEMM_PACKED_WEIGHT_H_
