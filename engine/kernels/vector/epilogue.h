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

/// Some sums on their way out: rows first_row .. of the call, columns first_col .. of its blocks.
struct Finished {
  float* sums;  // [rows][stride], clobbered
  size_t stride;
  size_t first_row;
  size_t rows;
  size_t first_col;
};

/// Sums -> out, kVectors vectors a row; kWhole: all these columns exist. Everything is read before
/// anything is written: rows often lie a multiple of 4096 bytes apart, and a load waits for an
/// older store whose address ends in the same 12 bits.
template <class V, class Activation, size_t kVectors, bool kWhole>
inline void FinishColumns(const MultiplyArgs& args, const Finished& from) {
  const auto for_each_vector = [&](const auto& visit) {
    for (size_t row = 0; row < from.rows; ++row) {
      for (size_t v = 0; v < kVectors; ++v) {
        const size_t col = from.first_col + v * V::kLanes;
        if (!kWhole && col >= args.cols) break;
        const size_t left = kWhole ? V::kLanes : args.cols - col;
        visit((from.first_row + row) * args.out_stride + col / kPanelCols * args.out_panel_stride +
                  col % kPanelCols,
              left < V::kLanes ? left : V::kLanes, from.sums + row * from.stride + v * V::kLanes);
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

template <class V, class Activation, size_t kVectors>
inline void FinishSums(const MultiplyArgs& args, const Finished& from) {
  if (from.first_col + kVectors * V::kLanes <= args.cols) {
    FinishColumns<V, Activation, kVectors, true>(args, from);
  } else {
    FinishColumns<V, Activation, kVectors, false>(args, from);
  }
}

}  // namespace
}  // namespace gram::kernels::vector

#endif  // GRAM_ENGINE_KERNELS_VECTOR_EPILOGUE_H_
