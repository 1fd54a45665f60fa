// BFDOT on 4 lanes.
#include "engine/diagnostics/peak/loops.h"
#include "engine/diagnostics/peak/vector_loop.h"
#include "engine/kernels/neon_bf16/simd.h"
#include "engine/kernels/vector_bf16/pairs.h"

namespace gram::diagnostics::peak {

double NeonBf16(size_t rounds, float* sink) {
  return MultiplyVectors<kernels::vector_bf16::PairProduct<kernels::neon_bf16::Vector>>(rounds,
                                                                                        sink);
}

}  // namespace gram::diagnostics::peak
