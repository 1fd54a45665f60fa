// The AVX-512 kernel table: f32 activations, for CPUs without BF16 and for f32 models.
#include "engine/kernels/vector/table.h"
#include "engine/kernels/avx512/simd.h"

namespace gram::kernels {

constinit const KernelTable kAvx512Table = vector::TableOf<avx512::Vector>("avx512");

}  // namespace gram::kernels
