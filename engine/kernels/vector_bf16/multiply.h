// The bf16 product of some rows with one block of a packed weight, and its epilogue.
#ifndef GRAM_ENGINE_KERNELS_VECTOR_BF16_MULTIPLY_H_
#define GRAM_ENGINE_KERNELS_VECTOR_BF16_MULTIPLY_H_

#include "engine/kernels/kernel_table.h"
#include "engine/kernels/vector/epilogue.h"
#include "engine/kernels/vector/tile.h"
#include "engine/kernels/vector_bf16/pairs.h"

namespace gram::kernels::vector_bf16 {
namespace {

/// Lanes of k taken at a time: 4 KB of a row and 256 KB of the block, so that the block stays in
/// the second-level cache from one tile of rows to the next.
constexpr size_t kLanesAtATime = 1024;

/// Adds the term of an odd last k, which has no partner, to a tile: the low halves of the block's
/// last lanes.
template <class V>
inline void AddLast(const MultiplyArgs& args, size_t first, size_t rows, size_t first_col) {
  const auto* b = static_cast<const uint32_t*>(args.block) + args.k / 2 * kMultiplyCols + first_col;
  for (size_t row = first; row < first + rows; ++row) {
    const auto* x =
        static_cast<const uint16_t*>(args.x) + row * args.x_layout.row_stride + args.k - 1;
    const auto last = V::Set(V::First(V::Widen(x, 1)));
    for (size_t v = 0; v < V::kTileVectors; ++v) {
      typename V::Float low, high;
      V::WidenPairs(b + v * V::kLanes, &low, &high);
      float* sums = args.sums + row * kMultiplyCols + first_col + v * V::kLanes;
      V::Store(sums, V::MultiplyAdd(last, low, V::Load(sums)));
    }
  }
}

template <class V>
void Multiply(const MultiplyArgs& args) {
  constexpr size_t kCols = vector::kTileCols<V>;
  const size_t lanes = args.k / 2;
  const auto* block = static_cast<const uint32_t*>(args.block);
  for (size_t k = 0; k == 0 || k < lanes; k += kLanesAtATime) {
    const size_t left = lanes - k;
    const bool last = left <= kLanesAtATime;
    const void* next = last ? args.next_block : block + (k + kLanesAtATime) * kMultiplyCols;
    for (size_t col = 0; col < args.cols; col += kCols) {
      const vector::Product product{
          .a = static_cast<const unsigned char*>(args.x) + k * sizeof(uint32_t),
          .a_stride = args.x_layout.row_stride * sizeof(uint16_t),
          .b = block + k * kMultiplyCols + col,
          .b_stride = kMultiplyCols,
          .k_lanes = last ? left : kLanesAtATime,
          .fresh = k == 0,
          .factors = nullptr,
          .c = args.sums + col,
          .c_stride = kMultiplyCols,
          .prefetch = col == 0 ? static_cast<const unsigned char*>(next) : nullptr};
      vector::MultiplyColumn<PairProduct<V>, V::kTileVectors>(
          product, args.rows, 0, [&](size_t row, size_t n) {
            if (!last) return;
            if (args.k % 2 != 0) AddLast<V>(args, row, n, col);
            vector::FinishSums<V, Bf16Activation<V>, V::kTileVectors>(
                args, {args.sums + row * kMultiplyCols + col, kMultiplyCols, row, n, col});
          });
    }
  }
}

}  // namespace
}  // namespace gram::kernels::vector_bf16

#endif  // GRAM_ENGINE_KERNELS_VECTOR_BF16_MULTIPLY_H_
