// The AVX-512 BF16 kernel table.
#include "engine/kernels/avx512/kernels.h"
#include "engine/kernels/avx512_bf16/kernels.h"

namespace gram::kernels {

const KernelTable kAvx512Bf16Table = {
    .isa = "avx512_bf16",
    .bf16_activations = true,
    .rms_norm = avx512_bf16::RmsNorm,
    .rms_norm_f32 = avx512::RmsNorm,
    .rope = avx512::Rope,
    .to_activation = avx512_bf16::ToActivation,
    .attention = avx512_bf16::Attention,
    .multiply = avx512_bf16::Multiply,
    .dot_bf16 = avx512::DotBf16,
    .dot_f32 = avx512::DotF32,
    .multiply_registers = avx512_bf16::MultiplyRegisters,
};

}  // namespace gram::kernels
