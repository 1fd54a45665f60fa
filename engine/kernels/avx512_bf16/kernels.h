// The functions of this folder: those whose result is bf16. The others are avx512's.
#ifndef GRAM_ENGINE_KERNELS_AVX512_BF16_KERNELS_H_
#define GRAM_ENGINE_KERNELS_AVX512_BF16_KERNELS_H_

#include "engine/kernels/kernel_table.h"

namespace gram::kernels::avx512_bf16 {

void RmsNorm(const RmsNormArgs& args);
void ToActivation(const float* x, size_t n, void* out);
void Attention(const AttentionArgs& args);
void Multiply(const MultiplyArgs& args);
double MultiplyRegisters(size_t rounds, float* sink);

}  // namespace gram::kernels::avx512_bf16

#endif  // GRAM_ENGINE_KERNELS_AVX512_BF16_KERNELS_H_
