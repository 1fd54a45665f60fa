// The NEON BF16 kernel table: bf16 activations, for CPUs with the bf16 dot product.
#include "engine/kernels/vector_bf16/table.h"
#include "engine/kernels/neon_bf16/simd.h"

namespace gram::kernels {

constinit const KernelTable kNeonBf16Table = vector_bf16::TableOf<neon_bf16::Vector>("neon_bf16");

}  // namespace gram::kernels
