// The f32 product of some rows with one block of a packed weight, and its epilogue.
//
// The block is brought into f32 panels first, kPanelDepth inputs at a time: [depth][columns of a
// tile], so that a tile reads them from one end to the other. That costs one pass over the block
// for all rows of the call.
#ifndef GRAM_ENGINE_KERNELS_VECTOR_MULTIPLY_H_
#define GRAM_ENGINE_KERNELS_VECTOR_MULTIPLY_H_

#include "engine/kernels/kernel_table.h"
#include "engine/kernels/vector/epilogue.h"
#include "engine/kernels/vector/prefetch.h"
#include "engine/kernels/vector/tile.h"

namespace gram::kernels::vector {
namespace {

static_assert(kPanelDepth % PairOf(DType::kBf16) == 0);  // a pair of bf16 lies in one panel

/// Where inputs k.. of the block begin.
inline const unsigned char* BlockAt(const MultiplyArgs& args, size_t k) {
  return static_cast<const unsigned char*>(args.block) +
         k * kMultiplyCols * (args.block_dtype == DType::kBf16 ? 2 : 4);
}

/// args.panels [64 / C][kPanelDepth][C], C the columns of a tile, from inputs k .. k + depth - 1.
template <class V>
inline void FillPanels(const MultiplyArgs& args, size_t k, size_t depth) {
  constexpr size_t kCols = kTileCols<V>;
  const unsigned char* from = BlockAt(args, k);
  for (size_t i = 0; i < depth; i += args.block_dtype == DType::kBf16 ? 2 : 1) {
    for (size_t col = 0; col < kMultiplyCols; col += V::kLanes) {
      float* to = args.panels + (col / kCols * kPanelDepth + i) * kCols + col % kCols;
      if (args.block_dtype == DType::kBf16) {
        typename V::Float even, odd;
        V::WidenPairs(reinterpret_cast<const uint32_t*>(from) + i / 2 * kMultiplyCols + col, &even,
                      &odd);
        V::Store(to, even);
        V::Store(to + kCols, odd);
      } else {
        V::Store(to, V::Load(reinterpret_cast<const float*>(from) + i * kMultiplyCols + col));
      }
    }
  }
}

/// Of the inputs of a panel from k on, or of the next block where k is the end of this one.
inline Prefetcher NextInputs(const MultiplyArgs& args, size_t k, size_t calls) {
  const void* from = k == args.k ? args.next_block : BlockAt(args, k);
  const size_t bytes = kPanelDepth * kMultiplyCols * (args.block_dtype == DType::kBf16 ? 2 : 4);
  return {static_cast<const unsigned char*>(from), from == nullptr ? 0 : bytes, 1, bytes, calls};
}

template <class V>
void Multiply(const MultiplyArgs& args) {
  constexpr size_t kCols = kTileCols<V>;
  const size_t tiles = CeilDiv(args.rows, V::kTileRows) * CeilDiv(args.cols, kCols);
  for (size_t k = 0; k < args.k; k += kPanelDepth) {
    const size_t depth = args.k - k < kPanelDepth ? args.k - k : kPanelDepth;
    const bool last = k + depth == args.k;
    FillPanels<V>(args, k, depth);
    Prefetcher prefetch = NextInputs(args, k + depth, tiles);
    for (size_t col = 0; col < args.cols; col += kCols) {
      const Product product{
          .a = reinterpret_cast<const unsigned char*>(static_cast<const float*>(args.x) + k),
          .a_stride = args.x_layout.row_stride * sizeof(float),
          .b = reinterpret_cast<const uint32_t*>(args.panels + col * kPanelDepth),
          .b_stride = kCols,
          .k_lanes = depth,
          .fresh = k == 0,
          .factors = nullptr,
          .c = args.sums + col,
          .c_stride = kMultiplyCols};
      MultiplyColumn<F32Product<V>, V::kTileVectors>(
          product, args.rows, 0, [&](size_t row, size_t n) {
            prefetch.Next();
            if (last) {
              FinishSums<V, F32Activation<V>, V::kTileVectors>(
                  args, {args.sums + row * kMultiplyCols + col, kMultiplyCols, row, n, col});
            }
          });
    }
  }
}

}  // namespace
}  // namespace gram::kernels::vector

#endif  // GRAM_ENGINE_KERNELS_VECTOR_MULTIPLY_H_
