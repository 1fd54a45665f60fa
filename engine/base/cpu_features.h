// Which instructions this CPU and this operating system let a program use.
#ifndef GRAM_ENGINE_BASE_CPU_FEATURES_H_
#define GRAM_ENGINE_BASE_CPU_FEATURES_H_

#include <string>

namespace gram {

struct CpuFeatures {
  bool avx2 = false;         ///< AVX2, FMA, and the OS saves the YMM registers
  bool avx512 = false;       ///< AVX-512 F, BW, DQ and VL, and the OS saves the ZMM registers
  bool avx512_bf16 = false;  ///< `avx512` and the BF16 dot product
  bool amx_bf16 = false;   ///< `avx512_bf16` and AMX tiles with bf16 products, which Linux granted
  int amx_refused = 0;     ///< errno where the CPU has tiles and Linux did not grant them
  bool intel = false;      ///< made by Intel
  bool neon = false;       ///< Advanced SIMD, which all aarch64 CPUs that run Linux have
  bool neon_bf16 = false;  ///< `neon` and the BF16 dot product (FEAT_BF16)
};

/// Asks the system for AMX's tiles where the CPU has them, once. Granted, they are granted to the
/// whole process, whose alternative signal stacks must then have room for 8 KB of tiles more
/// (sigaltstack(2)).
CpuFeatures DetectCpuFeatures();

/// The features for people, such as "avx2 avx512 avx512_bf16".
std::string Describe(const CpuFeatures& features);

}  // namespace gram

#endif  // GRAM_ENGINE_BASE_CPU_FEATURES_H_
