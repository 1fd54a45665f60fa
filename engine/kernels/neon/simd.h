// 4 f32 lanes in NEON registers: the vector type of vector/slots.h.
#ifndef GRAM_ENGINE_KERNELS_NEON_SIMD_H_
#define GRAM_ENGINE_KERNELS_NEON_SIMD_H_

#include <arm_neon.h>

#include <cstddef>
#include <cstdint>

namespace gram::kernels::neon {
namespace {

struct Vector {
  using Float = float32x4_t;
  static constexpr size_t kLanes = 4;
  // 6 x 4 accumulators + 4 of B + 1 broadcast: 29 of 32 registers.
  static constexpr size_t kTileRows = 6;
  static constexpr size_t kTileVectors = 4;

  /// All bits set in the first n lanes.
  static uint32x4_t FirstLanes(size_t n) {
    const uint32x4_t lane = {0, 1, 2, 3};
    return vcltq_u32(lane, vdupq_n_u32(n < kLanes ? static_cast<uint32_t>(n) : kLanes));
  }

  static Float Set(float x) { return vdupq_n_f32(x); }
  // NEON multiplies by one lane of a register: no instruction is needed to fill the others.
  static float32x2_t Spread(float x) { return float32x2_t{x, 0}; }
  static float First(Float x) { return vgetq_lane_f32(x, 0); }
  static Float Load(const float* p) { return vld1q_f32(p); }
  static void Store(float* p, Float x) { vst1q_f32(p, x); }
  static Float Load(const float* p, size_t n) {
    if (n >= kLanes) return Load(p);
    float some[kLanes] = {};
    for (size_t i = 0; i < n; ++i) some[i] = p[i];
    return Load(some);
  }
  static void Store(float* p, size_t n, Float x) {
    if (n >= kLanes) return Store(p, x);
    float some[kLanes];
    Store(some, x);
    for (size_t i = 0; i < n; ++i) p[i] = some[i];
  }
  static Float Widen(const uint16_t* p, size_t n) {
    uint16_t some[kLanes] = {};
    if (n < kLanes) {
      for (size_t i = 0; i < n; ++i) some[i] = p[i];
      p = some;
    }
    return vreinterpretq_f32_u32(vshll_n_u16(vld1_u16(p), 16));
  }
  static void WidenPairs(const uint32_t* p, Float* low, Float* high) {
    const uint32x4_t pairs = vld1q_u32(p);
    *low = vreinterpretq_f32_u32(vshlq_n_u32(pairs, 16));
    *high = vreinterpretq_f32_u32(vandq_u32(pairs, vdupq_n_u32(0xffff0000U)));
  }
  static Float FirstOr(Float x, size_t n, Float y) { return vbslq_f32(FirstLanes(n), x, y); }
  static Float MultiplyAdd(Float a, Float b, Float c) { return vfmaq_f32(c, a, b); }
  static Float MultiplyAdd(float32x2_t a, Float b, Float c) { return vfmaq_lane_f32(c, b, a, 0); }
  // Not vmaxq_f32, which gives NaN where either is.
  static Float Max(Float a, Float b) { return vbslq_f32(vcgtq_f32(a, b), a, b); }
  static Float Abs(Float x) { return vabsq_f32(x); }
  static Float Round(Float x) { return vrndnq_f32(x); }
  static Float WhereNegative(Float y, Float a, Float b) {
    return vbslq_f32(vcltzq_s32(vreinterpretq_s32_f32(y)), a, b);
  }
  static Float Scale(Float x, Float e) {
    // In two steps, since 2^-200 is no f32. The first is exact.
    const int32x4_t whole = vcvtnq_s32_f32(e);
    const int32x4_t half = vshrq_n_s32(whole, 1);
    return x * PowerOfTwo(half) * PowerOfTwo(vsubq_s32(whole, half));
  }
  static float Sum(Float x) {
    const float32x2_t two = vadd_f32(vget_low_f32(x), vget_high_f32(x));
    return vget_lane_f32(two, 0) + vget_lane_f32(two, 1);
  }
  static float Highest(Float x) { return vmaxvq_f32(x); }

 private:
  static Float PowerOfTwo(int32x4_t e) {
    return vreinterpretq_f32_s32(vshlq_n_s32(vaddq_s32(e, vdupq_n_s32(127)), 23));
  }
};

}  // namespace
}  // namespace gram::kernels::neon

#endif  // GRAM_ENGINE_KERNELS_NEON_SIMD_H_
