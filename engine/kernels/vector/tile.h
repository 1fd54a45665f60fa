// The register-tiled product that attention and the matmul are made of: up to V::kTileRows rows x
// V::kTileVectors vectors of columns.
//
// A lane is 32 bits: one f32 or a pair of bf16 that share an output. Every row has accumulators of
// its own and adds its lanes in order, so its bits do not depend on the tile it falls into. `Ops`
// names the vector type, Ops::V, and supplies the lane arithmetic.
#ifndef GRAM_ENGINE_KERNELS_VECTOR_TILE_H_
#define GRAM_ENGINE_KERNELS_VECTOR_TILE_H_

#include <cstddef>
#include <cstdint>

namespace gram::kernels::vector {
namespace {

/// Columns of a whole tile.
template <class V>
constexpr size_t kTileCols = V::kTileVectors* V::kLanes;

/// C [rows][cols] = A [rows][k] B [k][cols], or C * factor + A B.
struct Product {
  const unsigned char* a;
  size_t a_stride;  // bytes
  const uint32_t* b;
  size_t b_stride;  // lanes
  size_t k_lanes;
  bool fresh;            // C starts at zero; else
  const float* factors;  // [rows], row r of C is multiplied by factors[r] first; null: by one
  float* c;
  size_t c_stride;
  const unsigned char* prefetch = nullptr;  // what is read next, kPrefetchBytes a tile; or null
};

/// Lanes between two prefetches: a line of 64 bytes each, so 4 KB for a tile of 1024 lanes.
constexpr size_t kPrefetchLanes = 16;
constexpr size_t kPrefetchBytes = 4096;

template <class V>
inline typename V::Float StartOf(const Product& p, size_t row, size_t col) {
  if (p.fresh) return V::Set(0);
  const auto c = V::Load(p.c + row * p.c_stride + col);
  return p.factors == nullptr ? c : c * V::Set(p.factors[row]);
}

/// A lane of A as a factor for all lanes. Rows of bf16 need not begin at a multiple of four bytes.
template <class V>
inline auto BroadcastLane(const unsigned char* from) {
  float lane;
  __builtin_memcpy(&lane, from, sizeof lane);
  return V::Spread(lane);
}

template <class Ops, size_t kRows, size_t kVectors>
inline void MultiplyTile(const Product& p, size_t row, size_t col) {
  using V = typename Ops::V;
  const unsigned char* a = p.a + row * p.a_stride;
  const auto* b = reinterpret_cast<const float*>(p.b) + col;
  typename V::Float sum[kRows][kVectors];
#pragma GCC unroll 8
  for (size_t r = 0; r < kRows; ++r) {
#pragma GCC unroll 4
    for (size_t v = 0; v < kVectors; ++v) sum[r][v] = StartOf<V>(p, row + r, col + v * V::kLanes);
  }
  const unsigned char* prefetch =
      p.prefetch == nullptr ? nullptr : p.prefetch + row / V::kTileRows * kPrefetchBytes;
  // Two pointers and one stride reach all six rows: with a pointer a row the loop runs out of
  // general registers.
  const size_t stride = p.a_stride;
  const unsigned char* a3 = a + 3 * stride;
  const float* const end = b + p.k_lanes * p.b_stride;
  while (b != end) {
    if (prefetch != nullptr) {
      __builtin_prefetch(prefetch, 0, 2);
      prefetch += kPrefetchLanes * sizeof(uint32_t);
    }
    const size_t piece = kPrefetchLanes * p.b_stride;
    const float* const stop = static_cast<size_t>(end - b) < piece ? end : b + piece;
    do {
      typename V::Float lanes[kVectors];
#pragma GCC unroll 4
      for (size_t v = 0; v < kVectors; ++v) lanes[v] = V::Load(b + v * V::kLanes);
#pragma GCC unroll 8
      for (size_t r = 0; r < kRows; ++r) {
        const auto x = BroadcastLane<V>(r < 3 ? a + r * stride : a3 + (r - 3) * stride);
#pragma GCC unroll 4
        for (size_t v = 0; v < kVectors; ++v) sum[r][v] = Ops::MultiplyAdd(sum[r][v], x, lanes[v]);
      }
      a += sizeof(uint32_t);
      a3 += sizeof(uint32_t);
      b += p.b_stride;
    } while (b != stop);
  }
  float* c = p.c + row * p.c_stride + col;
#pragma GCC unroll 8
  for (size_t r = 0; r < kRows; ++r) {
#pragma GCC unroll 4
    for (size_t v = 0; v < kVectors; ++v) V::Store(c + r * p.c_stride + v * V::kLanes, sum[r][v]);
  }
}

/// All `rows` of one column of tiles; after(row, n) follows every n rows that are done.
template <class Ops, size_t kVectors, class After>
inline void MultiplyColumn(const Product& p, size_t rows, size_t col, const After& after) {
  const auto tile = [&]<size_t kRows>(size_t row) {
    MultiplyTile<Ops, kRows, kVectors>(p, row, col);
    after(row, kRows);
  };
  constexpr size_t kTileRows = Ops::V::kTileRows;
  static_assert(kTileRows <= 6);
  size_t row = 0;
  for (; row + kTileRows <= rows; row += kTileRows) tile.template operator()<kTileRows>(row);
  switch (rows - row) {
    case 5:
      return tile.template operator()<5>(row);
    case 4:
      return tile.template operator()<4>(row);
    case 3:
      return tile.template operator()<3>(row);
    case 2:
      return tile.template operator()<2>(row);
    case 1:
      return tile.template operator()<1>(row);
    default:
      return;
  }
}

/// The whole product; cols is a multiple of V::kLanes.
template <class Ops>
inline void MultiplyTiles(const Product& p, size_t rows, size_t cols) {
  const auto nothing = [](size_t, size_t) {};
  using V = typename Ops::V;
  size_t col = 0;
  for (; col + kTileCols<V> <= cols; col += kTileCols<V>) {
    MultiplyColumn<Ops, V::kTileVectors>(p, rows, col, nothing);
  }
  for (; col < cols; col += V::kLanes) MultiplyColumn<Ops, 1>(p, rows, col, nothing);
}

/// The tile arithmetic of f32: sum + a * b, lane by lane.
template <class Vector>
struct F32Product {
  using V = Vector;
  using Float = typename V::Float;
  static constexpr size_t kProducts = 1;  // a lane

  template <class Factor>
  static Float MultiplyAdd(Float sum, Factor a, Float b) {
    return V::MultiplyAdd(a, b, sum);
  }
};

}  // namespace
}  // namespace gram::kernels::vector

#endif  // GRAM_ENGINE_KERNELS_VECTOR_TILE_H_
