#include "engine/ops/rope.h"

namespace gram::ops {

void NormAndRotate(const Compute& compute, const RopeAngles& angles, size_t position, size_t heads,
                   const float* norm, float eps, float* x) {
  const size_t head_dim = 2 * angles.half;
  const float* cos = angles.cos + position * angles.half;
  const float* sin = angles.sin + position * angles.half;
  for (size_t head = 0; head < heads; ++head) {
    float* values = x + head * head_dim;
    compute.kernels->rms_norm_f32({values, norm, head_dim, eps, values});
    compute.kernels->rope({values, cos, sin, head_dim, values});
  }
}

}  // namespace gram::ops
