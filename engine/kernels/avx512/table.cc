// The AVX-512 kernel table: f32 activations, for CPUs without BF16 and for f32 models.
#include "engine/kernels/avx512/kernels.h"

namespace gram::kernels {

const KernelTable kAvx512Table = {
    .isa = "avx512",
    .bf16_activations = false,
    .rms_norm = avx512::RmsNorm,
    .rms_norm_f32 = avx512::RmsNorm,
    .rope = avx512::Rope,
    .to_activation = avx512::ToActivation,
    .attention = avx512::Attention,
    .multiply = nullptr,
    .dot_bf16 = avx512::DotBf16,
    .dot_f32 = avx512::DotF32,
    .multiply_registers = avx512::MultiplyRegisters,
};

}  // namespace gram::kernels
