// Rotary position embedding, plain C++.
#include "engine/kernels/scalar/kernels.h"

namespace gram::kernels::scalar {

void Rope(const RopeArgs& args) {
  const size_t half = args.head_dim / 2;
  for (size_t i = 0; i < half; ++i) {
    const float a = args.x[i];
    const float b = args.x[i + half];
    args.out[i] = a * args.cos[i] - b * args.sin[i];
    args.out[i + half] = b * args.cos[i] + a * args.sin[i];
  }
}

}  // namespace gram::kernels::scalar
