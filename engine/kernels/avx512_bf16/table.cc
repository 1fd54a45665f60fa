// The AVX-512 BF16 kernel table.
#include "engine/kernels/vector/table.h"
#include "engine/kernels/avx512/simd.h"
#include "engine/kernels/avx512_bf16/kernels.h"

namespace gram::kernels {

constinit const KernelTable kAvx512Bf16Table = {
    .isa = "avx512_bf16",
    .bf16_activations = true,
    .rms_norm = avx512_bf16::RmsNorm,
    .rms_norm_f32 = vector::RmsNorm<avx512::Vector>,
    .rope = vector::Rope<avx512::Vector>,
    .to_activation = avx512_bf16::ToActivation,
    .attention = avx512_bf16::Attention,
    .multiply = avx512_bf16::Multiply,
    .dot_bf16 = vector::DotBf16<avx512::Vector>,
    .dot_f32 = vector::DotF32<avx512::Vector>,
    .multiply_registers = avx512_bf16::MultiplyRegisters,
};

}  // namespace gram::kernels
