// The library's version.
#ifndef GRAM_VERSION_H_
#define GRAM_VERSION_H_

#include <string>
#include <vector>

#include "gram/export.h"

namespace gram {

/// "MAJOR.MINOR.PATCH" of the library in use.
GRAM_API std::string Version();

/// All names that JudgeOptions::isa may have beside "auto", best first: amx_bf16, avx512_bf16,
/// avx512, avx2, neon_bf16, neon, onednn_bf16 (oneDNN's products, by name only) and scalar (the f32
/// reference, slow).
GRAM_API std::vector<std::string> KnownIsas();

/// Those of them that this build has and this CPU can run, in the same order.
GRAM_API std::vector<std::string> AvailableIsas();

/// What this CPU has and the system lets a program use of it, for people, such as "avx2 avx512
/// avx512_bf16 amx_bf16 (refused by the system: Operation not permitted)".
GRAM_API std::string CpuFeatureText();

/// What "auto" takes here, for a model with bf16 weights or with f32 ones.
GRAM_API std::string AutoIsa(bool bf16_weights);

}  // namespace gram

#endif  // GRAM_VERSION_H_
