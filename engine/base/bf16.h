// bfloat16: the upper half of an IEEE binary32. Conversions round to nearest, ties to even.
#ifndef GRAM_ENGINE_BASE_BF16_H_
#define GRAM_ENGINE_BASE_BF16_H_

#include <bit>
#include <cstdint>

namespace gram {

/// Storage only: arithmetic happens in float.
struct Bf16 {
  uint16_t bits;
  friend bool operator==(Bf16, Bf16) = default;
};
static_assert(sizeof(Bf16) == 2);

inline float ToFloat(Bf16 x) { return std::bit_cast<float>(static_cast<uint32_t>(x.bits) << 16); }

/// NaN stays NaN (quiet); values beyond the largest bf16 round to infinity.
inline Bf16 ToBf16(float x) {
  const auto bits = std::bit_cast<uint32_t>(x);
  if ((bits & 0x7fffffffU) > 0x7f800000U) return {static_cast<uint16_t>((bits >> 16) | 0x40U)};
  return {static_cast<uint16_t>((bits + 0x7fffU + ((bits >> 16) & 1U)) >> 16)};
}

}  // namespace gram

#endif  // GRAM_ENGINE_BASE_BF16_H_
