// Reproducible random numbers for tests: the same on every machine.
#ifndef GRAM_TESTS_TESTING_RANDOM_H_
#define GRAM_TESTS_TESTING_RANDOM_H_

#include <cstddef>
#include <cstdint>
#include <random>
#include <vector>

#include "engine/base/bf16.h"

namespace gram::testing {

class Random {
 public:
  explicit Random(uint32_t seed) : engine_(seed) {}

  /// Uniform in [0, n).
  size_t Below(size_t n) { return static_cast<size_t>(engine_()) % n; }
  /// Uniform in [-1, 1).
  float Unit() { return static_cast<float>(engine_() >> 8) / 8388608.0F - 1.0F; }

  std::vector<float> Floats(size_t n, float scale = 1.0F) {
    std::vector<float> values(n);
    for (float& value : values) value = scale * Unit();
    return values;
  }
  /// Floats that bf16 represents exactly.
  std::vector<float> Bf16Floats(size_t n, float scale = 1.0F) {
    std::vector<float> values = Floats(n, scale);
    for (float& value : values) value = ToFloat(ToBf16(value));
    return values;
  }

 private:
  std::mt19937 engine_;
};

inline std::vector<Bf16> AsBf16(const std::vector<float>& values) {
  std::vector<Bf16> out;
  for (const float value : values) out.push_back(ToBf16(value));
  return out;
}

}  // namespace gram::testing

#endif  // GRAM_TESTS_TESTING_RANDOM_H_
