// Loops that keep a CPU's multipliers busy, one an instruction set: the peak that products are held
// against.
//
// They are compiled with the flags of their instruction set, as the kernels are, and under the same
// rules: no std:: template, nothing but local symbols beside their own.
#ifndef GRAM_ENGINE_DIAGNOSTICS_PEAK_LOOPS_H_
#define GRAM_ENGINE_DIAGNOSTICS_PEAK_LOOPS_H_

#include <cstddef>

namespace gram::diagnostics::peak {

/// `rounds` of multiply-adds of the kind that the products of an instruction set are made of, on
/// registers only. Returns the floating point operations done (2 a multiply-add); *sink gives a
/// factor and gets a value that depends on all of them.
using Loop = double (*)(size_t rounds, float* sink);

double Scalar(size_t rounds, float* sink);
double Avx2(size_t rounds, float* sink);
double Avx512(size_t rounds, float* sink);
double Avx512Bf16(size_t rounds, float* sink);
double AmxBf16(size_t rounds, float* sink);
double Neon(size_t rounds, float* sink);
double NeonBf16(size_t rounds, float* sink);

}  // namespace gram::diagnostics::peak

#endif  // GRAM_ENGINE_DIAGNOSTICS_PEAK_LOOPS_H_
