// The scalar kernel table: works everywhere.
#include "engine/kernels/scalar/kernels.h"

namespace gram::kernels {

constinit const KernelTable kScalarTable = {
    .isa = "scalar",
    .activations = DType::kF32,
    .panels = false,
    .query_rows = 96,
    .multiply_blocks = 1,
    .rms_norm = scalar::RmsNorm,
    .rms_norm_f32 = scalar::RmsNorm,
    .rope = scalar::Rope,
    .to_activation = scalar::ToActivation,
    .attention = scalar::Attention,
    .multiply = nullptr,
    .dot_bf16 = scalar::DotBf16,
    .dot_f32 = scalar::DotF32,
    .multiply_registers = scalar::MultiplyRegisters,
};

}  // namespace gram::kernels
