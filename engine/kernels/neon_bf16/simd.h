// What BF16 adds to the vector type of neon.
#ifndef GRAM_ENGINE_KERNELS_NEON_BF16_SIMD_H_
#define GRAM_ENGINE_KERNELS_NEON_BF16_SIMD_H_

#include <arm_neon.h>

#include <cstddef>
#include <cstdint>

#include "engine/kernels/neon/simd.h"

namespace gram::kernels::neon_bf16 {
namespace {

struct Vector : neon::Vector {
  static Float DotPairs(Float sum, Float a, Float b) {
    return vbfdotq_f32(sum, vreinterpretq_bf16_f32(a), vreinterpretq_bf16_f32(b));
  }
  static Float DotPairs(Float sum, float32x2_t a, Float b) {
    return vbfdotq_lane_f32(sum, vreinterpretq_bf16_f32(b), vreinterpret_bf16_f32(a), 0);
  }
  static void StoreRounded(uint16_t* p, size_t n, Float x) {
    const uint16x4_t rounded = vreinterpret_u16_bf16(vcvt_bf16_f32(x));
    if (n >= kLanes) return vst1_u16(p, rounded);
    uint16_t some[kLanes];
    vst1_u16(some, rounded);
    for (size_t i = 0; i < n; ++i) p[i] = some[i];
  }
};

}  // namespace
}  // namespace gram::kernels::neon_bf16

#endif  // GRAM_ENGINE_KERNELS_NEON_BF16_SIMD_H_
