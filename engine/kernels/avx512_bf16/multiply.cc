// The bf16 product of some rows with one block of a packed weight, and its epilogue.
#include "engine/kernels/avx512_bf16/kernels.h"
#include "engine/kernels/avx512_bf16/simd.h"
#include "engine/kernels/vector/exp.h"
#include "engine/kernels/vector/tile.h"

namespace gram::kernels::avx512_bf16 {
namespace {

constexpr size_t kLanes = Vector::kLanes;
constexpr size_t kTileVectors = Vector::kTileVectors;
constexpr size_t kTileCols = kTileVectors * kLanes;

/// Lanes of k taken at a time: 4 KB of a row and 256 KB of the block, so that the block stays in
/// the second-level cache from one tile of rows to the next.
constexpr size_t kLanesAtATime = 1024;

/// The term of an odd last k, which has no partner: the low halves of the block's last lanes.
__m512 AddLast(const MultiplyArgs& args, size_t row, size_t v, __m512 sum) {
  const auto* x = static_cast<const uint16_t*>(args.x) + row * args.x_stride + args.k - 1;
  const auto* lanes =
      static_cast<const uint32_t*>(args.block) + args.k / 2 * kTileCols + v * kLanes;
  const __m512i low = _mm512_slli_epi32(_mm512_loadu_si512(lanes), 16);
  const __m512i last = _mm512_set1_epi32(static_cast<int>(static_cast<uint32_t>(*x) << 16));
  return _mm512_fmadd_ps(_mm512_castsi512_ps(last), _mm512_castsi512_ps(low), sum);
}

void FinishVector(const MultiplyArgs& args, size_t at, size_t lanes, __m512 y) {
  auto* wide = static_cast<float*>(args.out) + at;
  auto* narrow = static_cast<uint16_t*>(args.out) + at;
  switch (args.epilogue) {
    case Epilogue::kStore:
      return Vector::Store(wide, lanes, y);
    case Epilogue::kAdd:
      return Vector::Store(wide, lanes, Vector::Load(wide, lanes) + y);
    case Epilogue::kSilu:
      return StoreRounded(narrow, lanes, vector::Silu<Vector>(y));
    case Epilogue::kMultiply: {
      const auto* other = static_cast<const uint16_t*>(args.other) + at;
      return StoreRounded(narrow, lanes, y * Vector::Widen(other, lanes));
    }
  }
}

void FinishRows(const MultiplyArgs& args, size_t first, size_t rows) {
  for (size_t row = first; row < first + rows; ++row) {
    for (size_t v = 0; v < kTileVectors && v * kLanes < args.cols; ++v) {
      __m512 y = _mm512_loadu_ps(args.sums + row * kTileCols + v * kLanes);
      if (args.k % 2 != 0) y = AddLast(args, row, v, y);
      FinishVector(args, row * args.out_stride + v * kLanes, args.cols - v * kLanes, y);
    }
  }
}

}  // namespace

void Multiply(const MultiplyArgs& args) {
  const size_t lanes = args.k / 2;
  const auto* block = static_cast<const uint32_t*>(args.block);
  for (size_t k = 0; k == 0 || k < lanes; k += kLanesAtATime) {
    const size_t left = lanes - k;
    const bool last = left <= kLanesAtATime;
    const void* soon = last ? args.next_block : block + (k + kLanesAtATime) * kTileCols;
    const vector::Product product{
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
    vector::MultiplyColumn<DotProduct, kTileVectors>(product, args.rows, 0,
                                                     [&](size_t row, size_t n) {
                                                       if (last) FinishRows(args, row, n);
                                                     });
  }
}

}  // namespace gram::kernels::avx512_bf16
