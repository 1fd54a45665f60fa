#include "tests/testing/software_tiles.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>

#include "engine/base/bf16.h"
#include "engine/kernels/tiles/table.h"
#include "engine/ops/matmul.h"

namespace gram::testing {
namespace {

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

/// 16 lanes in plain C++, as avx512_bf16 computes them: the vector type of kernels/vector/slots.h.
struct Vector {
  static constexpr size_t kLanes = 16;
  static constexpr size_t kTileRows = 6;
  static constexpr size_t kTileVectors = 4;

  struct Float {
    float lane[kLanes];
  };
  template <class Compute>
  static Float Each(const Compute& compute) {
    Float result;
    for (size_t i = 0; i < kLanes; ++i) result.lane[i] = compute(i);
    return result;
  }

  static Float Set(float x) {
    return Each([&](size_t) { return x; });
  }
  static Float Spread(float x) { return Set(x); }
  static float First(const Float& x) { return x.lane[0]; }
  static Float Load(const float* p) {
    return Each([&](size_t i) { return p[i]; });
  }
  static Float Load(const float* p, size_t n) {
    return Each([&](size_t i) { return i < n ? p[i] : 0; });
  }
  static void Store(float* p, const Float& x) { Store(p, kLanes, x); }
  static void Store(float* p, size_t n, const Float& x) {
    for (size_t i = 0; i < kLanes && i < n; ++i) p[i] = x.lane[i];
  }
  static Float Widen(const uint16_t* p, size_t n) {
    return Each([&](size_t i) { return i < n ? ToFloat(Bf16{p[i]}) : 0; });
  }
  static void WidenPairs(const uint32_t* p, Float* low, Float* high) {
    *low = Each([&](size_t i) { return std::bit_cast<float>(p[i] << 16); });
    *high = Each([&](size_t i) { return std::bit_cast<float>(p[i] & 0xffff0000U); });
  }
  static void StoreRounded(uint16_t* p, size_t n, const Float& x) {
    for (size_t i = 0; i < kLanes && i < n; ++i) {
      const bool subnormal = std::fpclassify(x.lane[i]) == FP_SUBNORMAL;
      p[i] = ToBf16(subnormal ? std::copysign(0.0F, x.lane[i]) : x.lane[i]).bits;
    }
  }
  static Float FirstOr(const Float& x, size_t n, const Float& y) {
    return Each([&](size_t i) { return i < n ? x.lane[i] : y.lane[i]; });
  }
  static Float MultiplyAdd(const Float& a, const Float& b, const Float& c) {
    return Each([&](size_t i) { return std::fma(a.lane[i], b.lane[i], c.lane[i]); });
  }
  static Float Max(const Float& a, const Float& b) {
    return Each([&](size_t i) { return a.lane[i] > b.lane[i] ? a.lane[i] : b.lane[i]; });
  }
  static Float Abs(const Float& x) {
    return Each([&](size_t i) { return std::fabs(x.lane[i]); });
  }
  static Float Round(const Float& x) {
    return Each([&](size_t i) { return std::nearbyint(x.lane[i]); });
  }
  static Float WhereNegative(const Float& y, const Float& a, const Float& b) {
    return Each([&](size_t i) { return std::signbit(y.lane[i]) ? a.lane[i] : b.lane[i]; });
  }
  static Float Scale(const Float& x, const Float& e) {
    return Each([&](size_t i) {
      if (std::isnan(e.lane[i])) return e.lane[i];
      return std::scalbn(x.lane[i], static_cast<int>(e.lane[i]));
    });
  }
  static float Sum(Float x) {
    for (size_t n = kLanes / 2; n > 0; n /= 2) {
      for (size_t i = 0; i < n; ++i) x.lane[i] += x.lane[i + n];
    }
    return x.lane[0];
  }
  static float Highest(const Float& x) { return *std::max_element(x.lane, x.lane + kLanes); }
};

Vector::Float operator+(const Vector::Float& a, const Vector::Float& b) {
  return Vector::Each([&](size_t i) { return a.lane[i] + b.lane[i]; });
}
Vector::Float operator-(const Vector::Float& a, const Vector::Float& b) {
  return Vector::Each([&](size_t i) { return a.lane[i] - b.lane[i]; });
}
Vector::Float operator*(const Vector::Float& a, const Vector::Float& b) {
  return Vector::Each([&](size_t i) { return a.lane[i] * b.lane[i]; });
}
Vector::Float operator/(const Vector::Float& a, const Vector::Float& b) {
  return Vector::Each([&](size_t i) { return a.lane[i] / b.lane[i]; });
}
Vector::Float operator-(const Vector::Float& a) {
  return Vector::Each([&](size_t i) { return -a.lane[i]; });
}

constexpr kernels::KernelTable kTable =
    kernels::tiles::TableOf<Tiles, Vector>("amx_bf16_in_software");

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

const ops::Backend& SoftwareTiles() {
  static const ops::Backend backend = {
      kTable.isa, [](const CpuFeatures&) { return true; }, &kTable,
      [](const kernels::KernelTable* kernels, const ExecContext& ctx)
          -> Result<std::unique_ptr<gemm::MatMul>> { return ops::MakeKernelMatMul(kernels, ctx); }};
  return backend;
}

}  // namespace gram::testing
