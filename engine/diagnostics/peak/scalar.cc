// Multiply-adds as the compiler's baseline has them.
#include "engine/diagnostics/peak/loops.h"

namespace gram::diagnostics::peak {

double Scalar(size_t rounds, float* sink) {
  constexpr size_t kChains = 32;
  float sum[kChains];
  for (size_t i = 0; i < kChains; ++i) sum[i] = static_cast<float>(i);
  const float a = *sink;
  for (size_t round = 0; round < rounds; ++round) {
    for (size_t i = 0; i < kChains; ++i) sum[i] = sum[i] * 0.5F + a;
  }
  for (size_t i = 1; i < kChains; ++i) sum[0] += sum[i];
  *sink = sum[0];
  return static_cast<double>(rounds) * kChains * 2;
}

}  // namespace gram::diagnostics::peak
