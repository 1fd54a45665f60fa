// VDPBF16PS on 16 lanes.
#include "engine/diagnostics/peak/loops.h"
#include "engine/diagnostics/peak/vector_loop.h"
#include "engine/kernels/avx512_bf16/simd.h"
#include "engine/kernels/vector_bf16/pairs.h"

namespace gram::diagnostics::peak {

double Avx512Bf16(size_t rounds, float* sink) {
  return MultiplyVectors<kernels::vector_bf16::PairProduct<kernels::avx512_bf16::Vector>>(rounds,
                                                                                          sink);
}

}  // namespace gram::diagnostics::peak
