// FMA on 8 lanes.
#include "engine/diagnostics/peak/loops.h"
#include "engine/diagnostics/peak/vector_loop.h"
#include "engine/kernels/avx2/simd.h"
#include "engine/kernels/vector/tile.h"

namespace gram::diagnostics::peak {

double Avx2(size_t rounds, float* sink) {
  return MultiplyVectors<kernels::vector::F32Product<kernels::avx2::Vector>>(rounds, sink);
}

}  // namespace gram::diagnostics::peak
