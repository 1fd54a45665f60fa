// What the kernels of this folder ask of a vector type, and sums whose order no vector width
// changes.
//
// An ISA folder's simd.h defines one vector type V, which has
//   kLanes                 4, 8 or 16
//   kTileRows, kTileVectors    the register tile: rows x vectors of accumulators (tile.h)
//   Float                  kLanes f32, with + - * /
//   Set(x) First(x)        x in all lanes; lane 0
//   Spread(x)              the same as a factor of MultiplyAdd: Set(x), or what is cheaper
//   Load(p) Store(p, x)
//   Load(p, n) Store(p, n, x)  the first n lanes, zeros loaded beyond; n may be 0 or exceed kLanes
//   Widen(p, n)            as Load(p, n), from bf16
//   WidenPairs(p, &low, &high) kLanes pairs of bf16
//   FirstOr(x, n, y)       x in the first n lanes, y beyond; n as above
//   MultiplyAdd(a, b, c)   a * b + c, rounded once
//   Max(a, b)              b where one of them is NaN
//   Abs(x) Round(x)        to nearest even
//   WhereNegative(y, a, b) lane by lane a where y's sign is set, else b
//   Scale(x, e)            x * 2^e rounded once, for whole e in [-200, 0] and |x| in [1/2, 2]
//   Sum(x)                 of all lanes, upper half onto lower half until one is left
//   Highest(x)             of all lanes
// Everything is inline in an anonymous namespace: templates of this folder become local symbols.
#ifndef GRAM_ENGINE_KERNELS_VECTOR_SLOTS_H_
#define GRAM_ENGINE_KERNELS_VECTOR_SLOTS_H_

#include <cstddef>
#include <cstdint>

namespace gram::kernels::vector {
namespace {

/// A long sum is kept in this many partial sums on every ISA, element i in sum i % 16, so that all
/// of them add in the same order and get the same bits.
constexpr size_t kSlots = 16;

template <class V>
struct Slots {
  static constexpr size_t kParts = kSlots / V::kLanes;

  typename V::Float part[kParts];

  /// Upper half onto lower half until one is left.
  float Sum() {
    for (size_t n = kParts; n > 1; n /= 2) {
      for (size_t i = 0; i < n / 2; ++i) part[i] = part[i] + part[i + n / 2];
    }
    return V::Sum(part[0]);
  }
};

template <class V>
inline Slots<V> ZeroSlots() {
  Slots<V> slots;
  for (auto& part : slots.part) part = V::Set(0);
  return slots;
}

inline size_t Smaller(size_t a, size_t b) { return a < b ? a : b; }

/// Lanes of the vector at i that lie before n; more than kLanes where all do.
inline size_t LanesLeft(size_t i, size_t n) { return i < n ? n - i : 0; }

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

#endif  // GRAM_ENGINE_KERNELS_VECTOR_SLOTS_H_
