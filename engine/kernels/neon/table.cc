// The NEON kernel table: f32 activations, for every aarch64 CPU.
#include "engine/kernels/vector/table.h"
#include "engine/kernels/neon/simd.h"

namespace gram::kernels {

constinit const KernelTable kNeonTable = vector::TableOf<neon::Vector>("neon");

}  // namespace gram::kernels
