#include "tests/testing/software_tiles.h"

#include <cmath>
#include <cstring>

#include "engine/base/bf16.h"
#include "engine/kernels/amx_bf16/blocking.h"
#include "engine/kernels/tiles/table.h"
#include "engine/ops/matmul.h"
#include "tests/testing/software_vector.h"

namespace gram::testing {
namespace {

using kernels::amx_bf16::kBlocking;

constexpr size_t kRows = 16;
constexpr size_t kRowBytes = 64;

/// The tile type of kernels/tiles/multiply.h.
struct Tiles {
  struct Session {
    Session() { std::memset(tile, 0xff, sizeof tile); }  // what a new session finds is no number
  };
  template <int kTile>
  static void Zero() {
    std::memset(tile[kTile], 0, sizeof tile[kTile]);
  }
  template <int kTile>
  static void Load(const unsigned char* from, size_t stride) {
    for (size_t row = 0; row < kRows; ++row) {
      std::memcpy(tile[kTile] + row * kRowBytes, from + row * stride, kRowBytes);
    }
  }
  template <int kTile>
  static void Store(unsigned char* to, size_t stride) {
    for (size_t row = 0; row < kRows; ++row) {
      std::memcpy(to + row * stride, tile[kTile] + row * kRowBytes, kRowBytes);
    }
  }
  template <int kC, int kA, int kB>
  static void Dot() {
    MultiplyTiles(reinterpret_cast<const uint16_t*>(tile[kA]),
                  reinterpret_cast<const uint16_t*>(tile[kB]), reinterpret_cast<float*>(tile[kC]));
  }

  alignas(64) static thread_local unsigned char tile[8][kRows * kRowBytes];
};
alignas(64) thread_local unsigned char Tiles::tile[8][kRows * kRowBytes];

constexpr kernels::KernelTable kTable =
    kernels::tiles::TableOf<Tiles, SoftwareVector, kBlocking>("amx_bf16_in_software");

constexpr kernels::tiles::Blocking With(size_t steps_at_a_time) {
  kernels::tiles::Blocking blocking = kBlocking;
  blocking.steps_at_a_time = steps_at_a_time;
  return blocking;
}
constexpr kernels::KernelTable kOtherTables[] = {
    kernels::tiles::TableOf<Tiles, SoftwareVector, With(1)>("steps one by one"),
    kernels::tiles::TableOf<Tiles, SoftwareVector, With(3)>("three steps"),
    kernels::tiles::TableOf<Tiles, SoftwareVector, With(64)>("all steps")};

float Flush(float x) { return std::fabs(x) < 0x1p-126F ? std::copysign(0.0F, x) : x; }

/// x * y + sum, rounded once. x and y have 8 significant bits: their product is exact in a double,
/// and so is its sum with an f32 wherever it lies halfway between two f32.
float MultiplyAdd(float x, float y, float sum) {
  return static_cast<float>(static_cast<double>(x) * static_cast<double>(y) +
                            static_cast<double>(sum));
}

}  // namespace

void MultiplyTiles(const uint16_t* a, const uint16_t* b, float* c) {
  constexpr size_t kCols = 16;
  for (size_t row = 0; row < kRows; ++row) {
    float chain[2][kCols] = {};
    for (size_t k = 0; k < 2 * kRows; ++k) {
      const float x = Flush(ToFloat(Bf16{a[row * 2 * kRows + k]}));
      for (size_t col = 0; col < kCols; ++col) {
        const float y = Flush(ToFloat(Bf16{b[k / 2 * 2 * kCols + col * 2 + k % 2]}));
        float& sum = chain[k % 2][col];
        sum = Flush(MultiplyAdd(x, y, sum));
      }
    }
    for (size_t col = 0; col < kCols; ++col) {
      float& sum = c[row * kCols + col];
      sum = Flush(Flush(sum) + Flush(chain[0][col] + chain[1][col]));
    }
  }
}

std::span<const kernels::KernelTable> OtherBlockings() { return kOtherTables; }

const ops::Backend& SoftwareTiles() {
  static const ops::Backend backend = {
      kTable.isa, [](const CpuFeatures&) { return true; }, &kTable,
      [](const kernels::KernelTable* kernels, const ExecContext& ctx)
          -> Result<std::unique_ptr<gemm::MatMul>> { return ops::MakeKernelMatMul(kernels, ctx); }};
  return backend;
}

}  // namespace gram::testing
