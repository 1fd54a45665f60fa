// A vector type in plain C++, for tests of the templates over one on any CPU.
#ifndef GRAM_TESTS_TESTING_SOFTWARE_VECTOR_H_
#define GRAM_TESTS_TESTING_SOFTWARE_VECTOR_H_

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>

#include "engine/base/bf16.h"

namespace gram::testing {

/// 16 lanes as avx512_bf16 computes them: the vector type of kernels/vector/slots.h. A file that
/// includes it must not fuse multiplications with additions.
struct SoftwareVector {
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
      // Beyond this every number is 0 or infinite, and what an int cannot hold is not converted.
      return std::scalbn(x.lane[i], static_cast<int>(std::clamp(e.lane[i], -1000.0F, 1000.0F)));
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

inline SoftwareVector::Float operator+(const SoftwareVector::Float& a,
                                       const SoftwareVector::Float& b) {
  return SoftwareVector::Each([&](size_t i) { return a.lane[i] + b.lane[i]; });
}
inline SoftwareVector::Float operator-(const SoftwareVector::Float& a,
                                       const SoftwareVector::Float& b) {
  return SoftwareVector::Each([&](size_t i) { return a.lane[i] - b.lane[i]; });
}
inline SoftwareVector::Float operator*(const SoftwareVector::Float& a,
                                       const SoftwareVector::Float& b) {
  return SoftwareVector::Each([&](size_t i) { return a.lane[i] * b.lane[i]; });
}
inline SoftwareVector::Float operator/(const SoftwareVector::Float& a,
                                       const SoftwareVector::Float& b) {
  return SoftwareVector::Each([&](size_t i) { return a.lane[i] / b.lane[i]; });
}
inline SoftwareVector::Float operator-(const SoftwareVector::Float& a) {
  return SoftwareVector::Each([&](size_t i) { return -a.lane[i]; });
}

}  // namespace gram::testing

#endif  // GRAM_TESTS_TESTING_SOFTWARE_VECTOR_H_
