// The peak of the scalar path: multiply and add on as many values as the baseline's registers
// hold.
#include "engine/kernels/scalar/kernels.h"

namespace gram::kernels::scalar {

double MultiplyRegisters(size_t rounds, float* sink) {
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

}  // namespace gram::kernels::scalar
