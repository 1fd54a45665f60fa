// FMA on 16 lanes.
#include "engine/diagnostics/peak/loops.h"
#include "engine/diagnostics/peak/vector_loop.h"
#include "engine/kernels/avx512/simd.h"
#include "engine/kernels/vector/tile.h"

namespace gram::diagnostics::peak {

double Avx512(size_t rounds, float* sink) {
  return MultiplyVectors<kernels::vector::F32Product<kernels::avx512::Vector>>(rounds, sink);
}

}  // namespace gram::diagnostics::peak
