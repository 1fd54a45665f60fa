// Dot products of the readout, plain C++.
#include "engine/kernels/scalar/kernels.h"

namespace gram::kernels::scalar {
namespace {

float Widen(uint16_t bf16) {
  const uint32_t bits = static_cast<uint32_t>(bf16) << 16;
  float value;
  __builtin_memcpy(&value, &bits, sizeof value);
  return value;
}

}  // namespace

float DotBf16(const float* x, const uint16_t* y, size_t n) {
  double sum = 0;
  for (size_t i = 0; i < n; ++i)
    sum += static_cast<double>(x[i]) * static_cast<double>(Widen(y[i]));
  return static_cast<float>(sum);
}

float DotF32(const float* x, const float* y, size_t n) {
  double sum = 0;
  for (size_t i = 0; i < n; ++i) sum += static_cast<double>(x[i]) * static_cast<double>(y[i]);
  return static_cast<float>(sum);
}

}  // namespace gram::kernels::scalar
