#include "engine/ops/rms_norm.h"

namespace gram::ops {

void RmsNorm(const Compute& compute, const float* x, size_t rows, size_t width, const float* weight,
             float eps, void* out) {
  const size_t row_bytes = compute.row_stride(width) * compute.activation_bytes();
  ParallelRows(compute.ctx, rows, [&](size_t row) {
    compute.kernels->rms_norm({x + row * width, weight, width, eps,
                               static_cast<std::byte*>(out) + row * row_bytes,
                               compute.panel_stride()});
  });
}

}  // namespace gram::ops
