// The bf16 product of some rows with one block of a packed weight, and its epilogue.
#include "engine/kernels/avx512/tile.h"
#include "engine/kernels/avx512_bf16/kernels.h"
#include "engine/kernels/avx512_bf16/simd.h"

namespace gram::kernels::avx512_bf16 {
namespace {

using avx512::ExpNonPositive;
using avx512::kLanes;
using avx512::kTileCols;
using avx512::kTileVectors;

/// Lanes of k taken at a time: 4 KB of a row and 256 KB of the block, so that the block stays in
/// the second-level cache from one tile of rows to the next.
constexpr size_t kLanesAtATime = 1024;

__m512 Silu(__m512 y) {
  const __m512 e = ExpNonPositive(_mm512_sub_ps(_mm512_setzero_ps(), _mm512_abs_ps(y)));
  const __m512 one = _mm512_set1_ps(1.0F);
  // sigmoid(y) is 1 / (1 + e) for y >= 0 and e / (1 + e) below: no overflow on either side.
  const __mmask16 negative = _mm512_cmp_ps_mask(y, _mm512_setzero_ps(), _CMP_LT_OQ);
  const __m512 numerator = _mm512_mask_mov_ps(one, negative, e);
  return _mm512_mul_ps(y, _mm512_div_ps(numerator, _mm512_add_ps(one, e)));
}

__m512 LoadWide(const uint16_t* x, __mmask16 lanes) {
  const __m512i wide = _mm512_cvtepu16_epi32(_mm256_maskz_loadu_epi16(lanes, x));
  return _mm512_castsi512_ps(_mm512_slli_epi32(wide, 16));
}

/// The term of an odd last k, which has no partner: the low halves of the block's last lanes.
__m512 AddLast(const MultiplyArgs& args, size_t row, size_t v, __m512 sum) {
  const auto* x = static_cast<const uint16_t*>(args.x) + row * args.x_stride + args.k - 1;
  const auto* lanes =
      static_cast<const uint32_t*>(args.block) + args.k / 2 * kTileCols + v * kLanes;
  const __m512i low = _mm512_slli_epi32(_mm512_loadu_si512(lanes), 16);
  const __m512i last = _mm512_set1_epi32(static_cast<int>(static_cast<uint32_t>(*x) << 16));
  return _mm512_fmadd_ps(_mm512_castsi512_ps(last), _mm512_castsi512_ps(low), sum);
}

/// The epilogue's arithmetic on one vector of sums; at: of the vector in out and other, elements.
__m512 Combine(const MultiplyArgs& args, size_t at, __mmask16 lanes, __m512 y) {
  switch (args.epilogue) {
    case Epilogue::kStore:
      break;
    case Epilogue::kAdd:
      return _mm512_add_ps(_mm512_maskz_loadu_ps(lanes, static_cast<const float*>(args.out) + at),
                           y);
    case Epilogue::kSilu:
      return Silu(y);
    case Epilogue::kMultiply:
      return _mm512_mul_ps(y, LoadWide(static_cast<const uint16_t*>(args.other) + at, lanes));
  }
  return y;
}

void Store(const MultiplyArgs& args, size_t at, __mmask16 lanes, __m512 y) {
  if (args.epilogue == Epilogue::kStore || args.epilogue == Epilogue::kAdd) {
    _mm512_mask_storeu_ps(static_cast<float*>(args.out) + at, lanes, y);
  } else {
    StoreRounded(static_cast<uint16_t*>(args.out) + at, lanes, y);
  }
}

/// visit(row, v, sums) for every vector of the rows.
template <class Visit>
inline void ForEachVector(const MultiplyArgs& args, size_t first, size_t rows, const Visit& visit) {
  for (size_t row = first; row < first + rows; ++row) {
    for (size_t v = 0; v < kTileVectors && v * kLanes < args.cols; ++v) {
      visit(row, v, args.sums + row * kTileCols + v * kLanes);
    }
  }
}

/// Sums -> out. kWhole: the block has all its columns and no access needs a mask, which costs time
/// even where all its bits are set. Everything is read before anything is written: rows often lie a
/// multiple of 4096 bytes apart, and a load waits for an older store whose address ends in the same
/// 12 bits.
template <bool kWhole>
void FinishRows(const MultiplyArgs& args, size_t first, size_t rows) {
  const auto at = [&](size_t row, size_t v) { return row * args.out_stride + v * kLanes; };
  const auto lanes = [&](size_t v) -> __mmask16 {
    return kWhole ? 0xFFFF : avx512::TailMask(v * kLanes, args.cols);
  };
  ForEachVector(args, first, rows, [&](size_t row, size_t v, float* sums) {
    __m512 y = _mm512_loadu_ps(sums);
    if (args.k % 2 != 0) y = AddLast(args, row, v, y);
    _mm512_storeu_ps(sums, Combine(args, at(row, v), lanes(v), y));
  });
  ForEachVector(args, first, rows, [&](size_t row, size_t v, const float* sums) {
    Store(args, at(row, v), lanes(v), _mm512_loadu_ps(sums));
  });
}

}  // namespace

void Multiply(const MultiplyArgs& args) {
  const size_t lanes = args.k / 2;
  const auto finish = args.cols == kTileCols ? FinishRows<true> : FinishRows<false>;
  const auto* block = static_cast<const uint32_t*>(args.block);
  for (size_t k = 0; k == 0 || k < lanes; k += kLanesAtATime) {
    const size_t left = lanes - k;
    const bool last = left <= kLanesAtATime;
    const void* soon = last ? args.next_block : block + (k + kLanesAtATime) * kTileCols;
    const avx512::Product product{
        .a = static_cast<const unsigned char*>(args.x) + k * sizeof(uint32_t),
        .a_stride = args.x_stride * sizeof(uint16_t),
        .b = block + k * kTileCols,
        .b_stride = kTileCols,
        .k_lanes = last ? left : kLanesAtATime,
        .fresh = k == 0,
        .factors = nullptr,
        .c = args.sums,
        .c_stride = kTileCols,
        .soon = static_cast<const unsigned char*>(soon)};
    avx512::MultiplyColumn<DotProduct, kTileVectors>(product, args.rows, 0,
                                                     [&](size_t row, size_t n) {
                                                       if (last) finish(args, row, n);
                                                     });
  }
}

}  // namespace gram::kernels::avx512_bf16
