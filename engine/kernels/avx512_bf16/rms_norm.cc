// RMSNorm and the copy into activation type, bf16 out.
#include "engine/kernels/vector/rms_norm.h"

#include "engine/kernels/avx512_bf16/kernels.h"
#include "engine/kernels/avx512_bf16/simd.h"

namespace gram::kernels::avx512_bf16 {

void RmsNorm(const RmsNormArgs& args) {
  const __m512 factor = Vector::Set(vector::InverseRms<Vector>(args.x, args.n, args.eps));
  auto* out = static_cast<uint16_t*>(args.out);
  for (size_t i = 0; i < args.n; i += Vector::kLanes) {
    const size_t lanes = args.n - i;
    StoreRounded(out + i, lanes,
                 Vector::Load(args.x + i, lanes) * factor * Vector::Load(args.weight + i, lanes));
  }
}

void ToActivation(const float* x, size_t n, void* out) {
  auto* target = static_cast<uint16_t*>(out);
  for (size_t i = 0; i < n; i += Vector::kLanes) {
    StoreRounded(target + i, n - i, Vector::Load(x + i, n - i));
  }
}

}  // namespace gram::kernels::avx512_bf16
