// The register-tiled product that attention and the matmul are made of: up to 6 rows x 64 columns.
//
// A lane is 32 bits: one f32 or a pair of bf16 that share an output. Every row has accumulators of
// its own and adds its lanes in order, so its bits do not depend on the tile it falls into.
#ifndef GRAM_ENGINE_KERNELS_AVX512_TILE_H_
#define GRAM_ENGINE_KERNELS_AVX512_TILE_H_

#include "engine/kernels/avx512/simd.h"

namespace gram::kernels::avx512 {
namespace {

constexpr size_t kTileRows = 6;  // 6 x 4 accumulators + 4 of B + 1 broadcast: 29 of 32 registers
constexpr size_t kTileVectors = 4;
constexpr size_t kTileCols = kTileVectors * kLanes;

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
  const unsigned char* soon = nullptr;  // what is read next, brought closer a piece a tile; or null
};

/// Lanes between two prefetches: a line of 64 bytes each, so 4 KB for a tile of 1024 lanes.
constexpr size_t kPrefetchLanes = 16;
constexpr size_t kSoonBytes = 4096;

inline __m512 StartOf(const Product& p, size_t row, size_t col) {
  if (p.fresh) return _mm512_setzero_ps();
  const __m512 c = _mm512_loadu_ps(p.c + row * p.c_stride + col);
  return p.factors == nullptr ? c : _mm512_mul_ps(c, _mm512_set1_ps(p.factors[row]));
}

/// A lane of A in all lanes. Rows of bf16 need not begin at a multiple of four bytes.
inline __m512i BroadcastLane(const unsigned char* from) {
  int lane;
  __builtin_memcpy(&lane, from, sizeof lane);
  return _mm512_set1_epi32(lane);
}

template <class Ops, size_t kRows, size_t kVectors>
inline void MultiplyTile(const Product& p, size_t row, size_t col) {
  const unsigned char* a = p.a + row * p.a_stride;
  const uint32_t* b = p.b + col;
  __m512 sum[kRows][kVectors];
#pragma GCC unroll 8
  for (size_t r = 0; r < kRows; ++r) {
#pragma GCC unroll 4
    for (size_t v = 0; v < kVectors; ++v) sum[r][v] = StartOf(p, row + r, col + v * kLanes);
  }
  const unsigned char* soon = p.soon == nullptr ? nullptr : p.soon + row / kTileRows * kSoonBytes;
  // Two pointers and one stride reach all six rows: with a pointer a row the loop runs out of
  // general registers.
  const size_t stride = p.a_stride;
  const unsigned char* a3 = a + 3 * stride;
  const uint32_t* const end = b + p.k_lanes * p.b_stride;
  while (b != end) {
    if (soon != nullptr) {
      _mm_prefetch(reinterpret_cast<const char*>(soon), _MM_HINT_T1);
      soon += kPrefetchLanes * sizeof(uint32_t);
    }
    const size_t piece = kPrefetchLanes * p.b_stride;
    const uint32_t* const stop = static_cast<size_t>(end - b) < piece ? end : b + piece;
    do {
      __m512i lanes[kVectors];
#pragma GCC unroll 4
      for (size_t v = 0; v < kVectors; ++v) lanes[v] = _mm512_loadu_si512(b + v * kLanes);
#pragma GCC unroll 8
      for (size_t r = 0; r < kRows; ++r) {
        const __m512i x = BroadcastLane(r < 3 ? a + r * stride : a3 + (r - 3) * stride);
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
    for (size_t v = 0; v < kVectors; ++v) {
      _mm512_storeu_ps(c + r * p.c_stride + v * kLanes, sum[r][v]);
    }
  }
}

/// All `rows` of one column of tiles; after(row, n) follows every n rows that are done.
template <class Ops, size_t kVectors, class After>
inline void MultiplyColumn(const Product& p, size_t rows, size_t col, const After& after) {
  const auto tile = [&]<size_t kRows>(size_t row) {
    MultiplyTile<Ops, kRows, kVectors>(p, row, col);
    after(row, kRows);
  };
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

/// The whole product; cols is a multiple of 16.
template <class Ops>
inline void Multiply(const Product& p, size_t rows, size_t cols) {
  const auto nothing = [](size_t, size_t) {};
  size_t col = 0;
  for (; col + kTileCols <= cols; col += kTileCols) {
    MultiplyColumn<Ops, kTileVectors>(p, rows, col, nothing);
  }
  for (; col < cols; col += kLanes) MultiplyColumn<Ops, 1>(p, rows, col, nothing);
}

}  // namespace
}  // namespace gram::kernels::avx512

#endif  // GRAM_ENGINE_KERNELS_AVX512_TILE_H_
