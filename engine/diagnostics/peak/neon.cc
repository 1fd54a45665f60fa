// FMLA on 4 lanes.
#include "engine/diagnostics/peak/loops.h"
#include "engine/diagnostics/peak/vector_loop.h"
#include "engine/kernels/neon/simd.h"
#include "engine/kernels/vector/tile.h"

namespace gram::diagnostics::peak {

double Neon(size_t rounds, float* sink) {
  return MultiplyVectors<kernels::vector::F32Product<kernels::neon::Vector>>(rounds, sink);
}

}  // namespace gram::diagnostics::peak
