// The bf16 product of some rows with one block of a packed weight, and its epilogue.
#include "engine/kernels/avx512_bf16/kernels.h"
#include "engine/kernels/avx512_bf16/simd.h"
#include "engine/kernels/vector/epilogue.h"
#include "engine/kernels/vector/tile.h"

namespace gram::kernels::avx512_bf16 {
namespace {

constexpr size_t kLanes = Vector::kLanes;
constexpr size_t kTileVectors = Vector::kTileVectors;
constexpr size_t kTileCols = kTileVectors * kLanes;

/// Lanes of k taken at a time: 4 KB of a row and 256 KB of the block, so that the block stays in
/// the second-level cache from one tile of rows to the next.
constexpr size_t kLanesAtATime = 1024;

struct Bf16Activation {
  using Element = uint16_t;
  static __m512 Load(const uint16_t* p, size_t n) { return Vector::Widen(p, n); }
  static void Store(uint16_t* p, size_t n, __m512 x) { StoreRounded(p, n, x); }
};

/// Adds the term of an odd last k, which has no partner: the low halves of the block's last lanes.
void AddLast(const MultiplyArgs& args, size_t first, size_t rows) {
  const auto* b = static_cast<const uint32_t*>(args.block) + args.k / 2 * kTileCols;
  for (size_t row = first; row < first + rows; ++row) {
    const auto* x = static_cast<const uint16_t*>(args.x) + row * args.x_stride + args.k - 1;
    const __m512 last = Vector::Set(Vector::First(Vector::Widen(x, 1)));
    for (size_t v = 0; v < kTileVectors; ++v) {
      const __m512i low = _mm512_slli_epi32(_mm512_loadu_si512(b + v * kLanes), 16);
      float* sums = args.sums + row * kTileCols + v * kLanes;
      Vector::Store(sums, Vector::MultiplyAdd(last, _mm512_castsi512_ps(low), Vector::Load(sums)));
    }
  }
}

}  // namespace

void Multiply(const MultiplyArgs& args) {
  const size_t lanes = args.k / 2;
  const auto finish = [&](size_t row, size_t rows) {
    if (args.k % 2 != 0) AddLast(args, row, rows);
    vector::FinishTile<Vector, Bf16Activation>(args, row, rows, 0);
  };
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
                                                       if (last) finish(row, n);
                                                     });
  }
}

}  // namespace gram::kernels::avx512_bf16
