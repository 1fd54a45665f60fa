// The AMX kernel table: bf16 activations, for CPUs with matrix tiles.
#include "engine/kernels/tiles/table.h"
#include "engine/kernels/amx_bf16/blocking.h"
#include "engine/kernels/amx_bf16/tiles.h"
#include "engine/kernels/avx512_bf16/simd.h"

namespace gram::kernels {

constinit const KernelTable kAmxBf16Table =
    tiles::TableOf<amx_bf16::Tiles, avx512_bf16::Vector, amx_bf16::kBlocking>("amx_bf16");

}  // namespace gram::kernels
