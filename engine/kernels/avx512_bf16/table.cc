// The AVX-512 BF16 kernel table: bf16 activations, for CPUs with the bf16 dot product.
#include "engine/kernels/vector_bf16/table.h"
#include "engine/kernels/avx512_bf16/simd.h"

namespace gram::kernels {

constinit const KernelTable kAvx512Bf16Table =
    vector_bf16::TableOf<avx512_bf16::Vector>("avx512_bf16");

}  // namespace gram::kernels
