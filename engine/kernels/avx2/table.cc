// The AVX2 kernel table: f32 activations, for CPUs without AVX-512.
#include "engine/kernels/vector/table.h"
#include "engine/kernels/avx2/simd.h"

namespace gram::kernels {

constinit const KernelTable kAvx2Table = vector::TableOf<avx2::Vector>("avx2");

}  // namespace gram::kernels
