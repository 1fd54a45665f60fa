// RMSNorm over the rows of the residual stream.
#ifndef GRAM_ENGINE_OPS_RMS_NORM_H_
#define GRAM_ENGINE_OPS_RMS_NORM_H_

#include <cstddef>

#include "engine/ops/compute.h"

namespace gram::ops {

/// out [rows, width] activation type = RMSNorm(x [rows, width] f32) * weight [width].
void RmsNorm(const Compute& compute, const float* x, size_t rows, size_t width, const float* weight,
             float eps, void* out);

}  // namespace gram::ops

#endif  // GRAM_ENGINE_OPS_RMS_NORM_H_
