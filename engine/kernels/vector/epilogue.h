// How a tile's sums leave the product: the epilogue, for activations of either type.
#ifndef GRAM_ENGINE_KERNELS_VECTOR_EPILOGUE_H_
#define GRAM_ENGINE_KERNELS_VECTOR_EPILOGUE_H_

#include "engine/kernels/kernel_table.h"
#include "engine/kernels/vector/exp.h"
#include "engine/kernels/vector/slots.h"

namespace gram::kernels::vector {
namespace {

/// Some sums on their way out: rows first_row .. of the call, columns first_col .. of its blocks.
struct Finished {
  float* sums;  // [rows][stride], clobbered
  size_t stride;
  size_t first_row;
  size_t rows;
  size_t first_col;
};

/// Where the results go, apart from the call's other arguments: what is stored could alias those,
/// and they would be read again for every vector.
struct Results {
  void* out;
  const void* other;
  ActivationLayout layout;
  size_t cols;
};

/// The epilogue's arithmetic on n sums; at: of the first one in out and other, elements.
template <class V, class Activation, Epilogue kEpilogue>
inline typename V::Float Combine(const Results& results, size_t at, size_t n, typename V::Float y) {
  using Element = typename Activation::Element;
  if constexpr (kEpilogue == Epilogue::kAdd) {
    return LoadFirst<V>(static_cast<const float*>(results.out) + at, n) + y;
  } else if constexpr (kEpilogue == Epilogue::kSilu) {
    return Silu<V>(y);
  } else if constexpr (kEpilogue == Epilogue::kGeluTanh) {
    return GeluTanh<V>(y);
  } else if constexpr (kEpilogue == Epilogue::kMultiply) {
    return y * Activation::Load(static_cast<const Element*>(results.other) + at, n);
  } else {
    return y;
  }
}

template <class V, class Activation, Epilogue kEpilogue>
inline void StoreResult(const Results& results, size_t at, size_t n, typename V::Float y) {
  if constexpr (GivesActivations(kEpilogue)) {
    Activation::Store(static_cast<typename Activation::Element*>(results.out) + at, n, y);
  } else {
    StoreFirst<V>(static_cast<float*>(results.out) + at, n, y);
  }
}

/// Sums -> out, kVectors vectors a row; kWhole: all these columns exist. Everything is read before
/// anything is written: rows often lie a multiple of 4096 bytes apart, and a load waits for an
/// older store whose address ends in the same 12 bits.
template <class V, class Activation, size_t kVectors, Epilogue kEpilogue, bool kWhole>
inline void FinishColumns(const Results& results, const Finished& from) {
  const auto for_each_vector = [&](const auto& visit) {
    for (size_t row = 0; row < from.rows; ++row) {
      for (size_t v = 0; v < kVectors; ++v) {
        const size_t col = from.first_col + v * V::kLanes;
        if (!kWhole && col >= results.cols) break;
        const size_t left = kWhole ? V::kLanes : results.cols - col;
        visit(results.layout.At(from.first_row + row, col), left < V::kLanes ? left : V::kLanes,
              from.sums + row * from.stride + v * V::kLanes);
      }
    }
  };
  if constexpr (kEpilogue != Epilogue::kStore) {
    for_each_vector([&](size_t at, size_t n, float* sums) {
      V::Store(sums, Combine<V, Activation, kEpilogue>(results, at, n, V::Load(sums)));
    });
  }
  for_each_vector([&](size_t at, size_t n, const float* sums) {
    StoreResult<V, Activation, kEpilogue>(results, at, n, V::Load(sums));
  });
}

template <class V, class Activation, size_t kVectors, Epilogue kEpilogue>
inline void FinishAs(const MultiplyArgs& args, const Finished& from) {
  const Results results{args.out, args.other, args.out_layout, args.cols};
  if (from.first_col + kVectors * V::kLanes <= args.cols) {
    FinishColumns<V, Activation, kVectors, kEpilogue, true>(results, from);
  } else {
    FinishColumns<V, Activation, kVectors, kEpilogue, false>(results, from);
  }
}

template <class V, class Activation, size_t kVectors>
inline void FinishSums(const MultiplyArgs& args, const Finished& from) {
  switch (args.epilogue) {
    case Epilogue::kStore:
      return FinishAs<V, Activation, kVectors, Epilogue::kStore>(args, from);
    case Epilogue::kAdd:
      return FinishAs<V, Activation, kVectors, Epilogue::kAdd>(args, from);
    case Epilogue::kSilu:
      return FinishAs<V, Activation, kVectors, Epilogue::kSilu>(args, from);
    case Epilogue::kGeluTanh:
      return FinishAs<V, Activation, kVectors, Epilogue::kGeluTanh>(args, from);
    case Epilogue::kMultiply:
      return FinishAs<V, Activation, kVectors, Epilogue::kMultiply>(args, from);
  }
}

}  // namespace
}  // namespace gram::kernels::vector

#endif  // GRAM_ENGINE_KERNELS_VECTOR_EPILOGUE_H_
