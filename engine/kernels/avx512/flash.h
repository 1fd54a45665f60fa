// Flash attention over 64-position K/V blocks, for any product whose B operand is [k / p][cols][p]
// in 32-bit lanes.
//
// Per block: scores S = Q K^T, online softmax of S into P with the rows' running maximum and sum, O
// = O * correction
// + P V. Both products are the same register-tiled loop, up to 6 rows x 64 columns; `Ops` supplies
// the lane arithmetic: f32 (p = 1) or bf16 pairs (p = 2). Every row has accumulators of its own and
// meets the blocks in the same order, so its bits do not depend on the tile it falls into.
#ifndef GRAM_ENGINE_KERNELS_AVX512_FLASH_H_
#define GRAM_ENGINE_KERNELS_AVX512_FLASH_H_

#include "engine/kernels/avx512/simd.h"
#include "engine/kernels/kernel_table.h"

namespace gram::kernels::avx512 {
namespace {

constexpr size_t kTileRows = 6;  // 6 x 4 accumulators + 4 of B + 1 broadcast: 29 of 32 registers
constexpr size_t kTileVectors = 4;
constexpr size_t kTileCols = kTileVectors * kLanes;
static_assert(kTileCols == kBlockPositions);

/// C [kRows][kVectors * 16] += A [kRows][k] B [k][kVectors * 16]. A lane is 32 bits: one f32 or a
/// bf16 pair. When `correction` is given, row r of C is multiplied by correction[r] first; when
/// `fresh`, C starts at zero.
template <class Ops, size_t kRows, size_t kVectors>
inline void MultiplyTile(const uint32_t* a, size_t a_stride, const uint32_t* b, size_t b_stride,
                         size_t k_lanes, const float* correction, bool fresh, float* c,
                         size_t c_stride) {
  __m512 sum[kRows][kVectors];
#pragma GCC unroll 8
  for (size_t r = 0; r < kRows; ++r) {
#pragma GCC unroll 4
    for (size_t v = 0; v < kVectors; ++v) {
      sum[r][v] = fresh ? _mm512_setzero_ps()
                        : _mm512_mul_ps(_mm512_loadu_ps(c + r * c_stride + v * kLanes),
                                        _mm512_set1_ps(correction[r]));
    }
  }
  for (size_t k = 0; k < k_lanes; ++k) {
    __m512i lanes[kVectors];
#pragma GCC unroll 4
    for (size_t v = 0; v < kVectors; ++v)
      lanes[v] = _mm512_loadu_si512(b + k * b_stride + v * kLanes);
#pragma GCC unroll 8
    for (size_t r = 0; r < kRows; ++r) {
      const __m512i x = _mm512_set1_epi32(static_cast<int>(a[r * a_stride + k]));
#pragma GCC unroll 4
      for (size_t v = 0; v < kVectors; ++v) sum[r][v] = Ops::MultiplyAdd(sum[r][v], x, lanes[v]);
    }
  }
#pragma GCC unroll 8
  for (size_t r = 0; r < kRows; ++r) {
#pragma GCC unroll 4
    for (size_t v = 0; v < kVectors; ++v)
      _mm512_storeu_ps(c + r * c_stride + v * kLanes, sum[r][v]);
  }
}

/// One operand triple of MultiplyTile for any number of rows and column vectors.
struct Product {
  const uint32_t* a;
  size_t a_stride;  // lanes
  const uint32_t* b;
  size_t b_stride;  // lanes
  size_t k_lanes;
  const float* correction;  // [rows], unless fresh
  bool fresh;
  float* c;
  size_t c_stride;
};

template <class Ops, size_t kVectors>
inline void MultiplyColumns(const Product& p, size_t rows, size_t col) {
  const auto tile = [&]<size_t kRows>(size_t r) {
    MultiplyTile<Ops, kRows, kVectors>(p.a + r * p.a_stride, p.a_stride, p.b + col, p.b_stride,
                                       p.k_lanes, p.correction + r, p.fresh,
                                       p.c + r * p.c_stride + col, p.c_stride);
  };
  size_t r = 0;
  for (; r + kTileRows <= rows; r += kTileRows) tile.template operator()<kTileRows>(r);
  switch (rows - r) {
    case 5:
      return tile.template operator()<5>(r);
    case 4:
      return tile.template operator()<4>(r);
    case 3:
      return tile.template operator()<3>(r);
    case 2:
      return tile.template operator()<2>(r);
    case 1:
      return tile.template operator()<1>(r);
    default:
      return;
  }
}

/// C [rows][cols] = A B, or C * correction + A B; cols is a multiple of 16.
template <class Ops>
inline void Multiply(const Product& p, size_t rows, size_t cols) {
  size_t col = 0;
  for (; col + kTileCols <= cols; col += kTileCols) MultiplyColumns<Ops, 4>(p, rows, col);
  for (; col < cols; col += kLanes) MultiplyColumns<Ops, 1>(p, rows, col);
}

/// The parts of AttentionArgs::scratch, for up to kMaxQueryRows rows.
struct Scratch {
  float* q;           // [rows][padded_dim], activation type
  float* out;         // [rows][padded_dim]
  float* scores;      // [rows][64]
  float* p;           // [rows][64], activation type
  float* maximum;     // [rows]
  float* sum;         // [rows]
  float* correction;  // [rows]
};

inline Scratch Carve(const AttentionArgs& args) {
  Scratch s;
  s.q = args.scratch;
  s.out = s.q + kMaxQueryRows * args.padded_dim;
  s.scores = s.out + kMaxQueryRows * args.padded_dim;
  s.p = s.scores + kMaxQueryRows * kBlockPositions;
  s.maximum = s.p + kMaxQueryRows * kBlockPositions;
  s.sum = s.maximum + kMaxQueryRows;
  s.correction = s.sum + kMaxQueryRows;
  return s;
}

/// Online softmax of one row's 64 scores, of which the first `seen` count: P, running maximum and
/// sum.
template <class Ops>
inline void SoftmaxRow(const Scratch& s, size_t row, size_t seen, float scale) {
  __m512 score[kTileVectors];
  __m512 highest = _mm512_set1_ps(s.maximum[row]);
  for (size_t v = 0; v < kTileVectors; ++v) {
    const __mmask16 lanes = seen >= (v + 1) * kLanes ? static_cast<__mmask16>(0xffff)
                            : seen <= v * kLanes     ? static_cast<__mmask16>(0)
                                                     : FirstLanes(seen - v * kLanes);
    const __m512 raw = _mm512_loadu_ps(s.scores + row * kBlockPositions + v * kLanes);
    score[v] =
        _mm512_mask_mul_ps(_mm512_set1_ps(-__builtin_inff()), lanes, raw, _mm512_set1_ps(scale));
    highest = _mm512_max_ps(highest, score[v]);
  }
  const float maximum = _mm512_reduce_max_ps(highest);
  const float correction = ExpNonPositive(s.maximum[row] - maximum);
  __m512 total = _mm512_setzero_ps();
  for (size_t v = 0; v < kTileVectors; ++v) {
    score[v] = ExpNonPositive(_mm512_sub_ps(score[v], _mm512_set1_ps(maximum)));
    total = _mm512_add_ps(total, score[v]);
  }
  Ops::StoreProbabilities(score, s.p, row);
  s.sum[row] = s.sum[row] * correction + _mm512_reduce_add_ps(total);
  s.maximum[row] = maximum;
  s.correction[row] = correction;
}

template <class Ops>
inline void Attend(const AttentionArgs& args) {
  const size_t rows = args.tokens * args.group;
  const size_t dim_lanes = args.padded_dim / Ops::kPair;
  const Scratch s = Carve(args);
  for (size_t r = 0; r < rows; ++r) {
    Ops::CopyQuery(args, r / args.group, r % args.group, s.q, r);
    s.maximum[r] = -__builtin_inff();
    s.sum[r] = 0;
  }
  const size_t blocks = (args.first_position + args.tokens - 1) / kBlockPositions + 1;
  for (size_t block = 0; block < blocks; ++block) {
    // Rows whose position lies before the block see nothing of it; they are the first ones.
    const size_t start = block * kBlockPositions;
    const size_t skip =
        start > args.first_position ? (start - args.first_position) * args.group : 0;
    const auto* q = reinterpret_cast<const uint32_t*>(s.q) + skip * dim_lanes;
    const auto* p = reinterpret_cast<const uint32_t*>(s.p) + skip * (kBlockPositions / Ops::kPair);
    const auto* base = static_cast<const unsigned char*>(args.blocks[block]);
    const auto* k = reinterpret_cast<const uint32_t*>(base + args.k_offset);
    const auto* v = reinterpret_cast<const uint32_t*>(base + args.v_offset);
    const Product scores{q,
                         dim_lanes,
                         k,
                         kBlockPositions,
                         dim_lanes,
                         s.correction,
                         true,
                         s.scores + skip * kBlockPositions,
                         kBlockPositions};
    Multiply<Ops>(scores, rows - skip, kBlockPositions);
    for (size_t r = skip; r < rows; ++r) {
      const size_t left = args.first_position + r / args.group - start + 1;
      SoftmaxRow<Ops>(s, r, left < kBlockPositions ? left : kBlockPositions, args.scale);
    }
    const Product values{p,
                         kBlockPositions / Ops::kPair,
                         v,
                         args.padded_dim,
                         kBlockPositions / Ops::kPair,
                         s.correction + skip,
                         block == 0,
                         s.out + skip * args.padded_dim,
                         args.padded_dim};
    Multiply<Ops>(values, rows - skip, args.padded_dim);
  }
  for (size_t r = 0; r < rows; ++r) {
    Ops::StoreOut(args, r / args.group, r % args.group, s.out + r * args.padded_dim,
                  1.0F / s.sum[r]);
  }
}

}  // namespace
}  // namespace gram::kernels::avx512

#endif  // GRAM_ENGINE_KERNELS_AVX512_FLASH_H_
