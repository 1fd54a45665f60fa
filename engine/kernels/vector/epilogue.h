// How a tile's sums leave the product: the epilogue, for activations of either type.
#ifndef GRAM_ENGINE_KERNELS_VECTOR_EPILOGUE_H_
#define GRAM_ENGINE_KERNELS_VECTOR_EPILOGUE_H_

#include "engine/kernels/kernel_table.h"
#include "engine/kernels/vector/activation.h"
#include "engine/kernels/vector/exp.h"

namespace gram::kernels::vector {
namespace {

/// The epilogue's arithmetic on n sums; at: of the first one in out and other, elements.
template <class V, class Activation>
inline typename V::Float Combine(const MultiplyArgs& args, size_t at, size_t n,
                                 typename V::Float y) {
  using Element = typename Activation::Element;
  switch (args.epilogue) {
    case Epilogue::kStore:
      break;
    case Epilogue::kAdd:
      return LoadFirst<V>(static_cast<const float*>(args.out) + at, n) + y;
    case Epilogue::kSilu:
      return Silu<V>(y);
    case Epilogue::kMultiply:
      return y * Activation::Load(static_cast<const Element*>(args.other) + at, n);
  }
  return y;
}

template <class V, class Activation>
inline void StoreResult(const MultiplyArgs& args, size_t at, size_t n, typename V::Float y) {
  if (args.epilogue == Epilogue::kStore || args.epilogue == Epilogue::kAdd) {
    StoreFirst<V>(static_cast<float*>(args.out) + at, n, y);
  } else {
    Activation::Store(static_cast<typename Activation::Element*>(args.out) + at, n, y);
  }
}

/// Sums -> out, for the tile at first_row, first_col of the block; kWhole: all its columns exist.
/// Everything is read before anything is written: rows often lie a multiple of 4096 bytes apart,
/// and a load waits for an older store whose address ends in the same 12 bits.
template <class V, class Activation, bool kWhole>
inline void FinishTile(const MultiplyArgs& args, size_t first_row, size_t rows, size_t first_col) {
  const auto for_each_vector = [&](const auto& visit) {
    for (size_t row = first_row; row < first_row + rows; ++row) {
      for (size_t v = 0; v < V::kTileVectors; ++v) {
        const size_t col = first_col + v * V::kLanes;
        if (!kWhole && col >= args.cols) break;
        const size_t left = kWhole ? V::kLanes : args.cols - col;
        visit(row * args.out_stride + col, left < V::kLanes ? left : V::kLanes,
              args.sums + row * kMultiplyCols + col);
      }
    }
  };
  for_each_vector([&](size_t at, size_t n, float* sums) {
    V::Store(sums, Combine<V, Activation>(args, at, n, V::Load(sums)));
  });
  for_each_vector([&](size_t at, size_t n, const float* sums) {
    StoreResult<V, Activation>(args, at, n, V::Load(sums));
  });
}

template <class V, class Activation>
inline void FinishTile(const MultiplyArgs& args, size_t first_row, size_t rows, size_t first_col) {
  if (first_col + V::kTileVectors * V::kLanes <= args.cols) {
    FinishTile<V, Activation, true>(args, first_row, rows, first_col);
  } else {
    FinishTile<V, Activation, false>(args, first_row, rows, first_col);
  }
}

}  // namespace
}  // namespace gram::kernels::vector

#endif  // GRAM_ENGINE_KERNELS_VECTOR_EPILOGUE_H_
