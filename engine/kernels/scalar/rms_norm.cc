// RMSNorm and the copy into activation type, plain C++.
#include "engine/kernels/scalar/kernels.h"

namespace gram::kernels::scalar {

void RmsNorm(const RmsNormArgs& args) {
  double squares = 0;
  for (size_t i = 0; i < args.n; ++i)
    squares += static_cast<double>(args.x[i]) * static_cast<double>(args.x[i]);
  const auto mean = static_cast<float>(squares / static_cast<double>(args.n));
  const float factor = 1.0F / __builtin_sqrtf(mean + args.eps);
  auto* out = static_cast<float*>(args.out);
  for (size_t i = 0; i < args.n; ++i) out[i] = args.x[i] * factor * args.weight[i];
}

void ToActivation(const float* x, size_t n, void* out) {
  for (size_t i = 0; i < n; ++i) static_cast<float*>(out)[i] = x[i];
}

}  // namespace gram::kernels::scalar
