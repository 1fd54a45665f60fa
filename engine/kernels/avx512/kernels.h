// The functions of this folder, for its table and for avx512_bf16's, which shares those that stay
// in f32.
#ifndef GRAM_ENGINE_KERNELS_AVX512_KERNELS_H_
#define GRAM_ENGINE_KERNELS_AVX512_KERNELS_H_

#include "engine/kernels/kernel_table.h"

namespace gram::kernels::avx512 {

void RmsNorm(const RmsNormArgs& args);
void Rope(const RopeArgs& args);
void ToActivation(const float* x, size_t n, void* out);
void Attention(const AttentionArgs& args);
float DotBf16(const float* x, const uint16_t* y, size_t n);
float DotF32(const float* x, const float* y, size_t n);
double MultiplyRegisters(size_t rounds, float* sink);

}  // namespace gram::kernels::avx512

#endif  // GRAM_ENGINE_KERNELS_AVX512_KERNELS_H_
