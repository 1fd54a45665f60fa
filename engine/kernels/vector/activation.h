// Activations that are stored as f32, and loads and stores of part of a vector.
#ifndef GRAM_ENGINE_KERNELS_VECTOR_ACTIVATION_H_
#define GRAM_ENGINE_KERNELS_VECTOR_ACTIVATION_H_

#include <cstddef>

namespace gram::kernels::vector {
namespace {

/// The first n elements at p, 1 <= n <= kLanes. A mask costs time even where all its bits are set.
template <class V>
inline typename V::Float LoadFirst(const float* p, size_t n) {
  return n == V::kLanes ? V::Load(p) : V::Load(p, n);
}
template <class V>
inline void StoreFirst(float* p, size_t n, typename V::Float x) {
  return n == V::kLanes ? V::Store(p, x) : V::Store(p, n, x);
}

/// Loads and stores the first n, 1 <= n <= kLanes, of activations of one type; here f32.
template <class Vector>
struct F32Activation {
  using V = Vector;
  using Element = float;
  static typename V::Float Load(const float* p, size_t n) { return LoadFirst<V>(p, n); }
  static void Store(float* p, size_t n, typename V::Float x) { StoreFirst<V>(p, n, x); }
};

}  // namespace
}  // namespace gram::kernels::vector

#endif  // GRAM_ENGINE_KERNELS_VECTOR_ACTIVATION_H_
