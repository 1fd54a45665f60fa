// The instruction sets that kernels exist for on this kind of processor.
#ifndef GRAM_TESTS_TESTING_ISAS_H_
#define GRAM_TESTS_TESTING_ISAS_H_

namespace gram::testing {

/// A test over all of them skips those that this CPU lacks, with the reason that Resolve gives.
#if defined(__x86_64__)
inline constexpr const char* kIsas[] = {"scalar", "avx2", "avx512", "avx512_bf16"};
#elif defined(__aarch64__)
inline constexpr const char* kIsas[] = {"scalar", "neon", "neon_bf16"};
#else
inline constexpr const char* kIsas[] = {"scalar"};
#endif

}  // namespace gram::testing

#endif  // GRAM_TESTS_TESTING_ISAS_H_
