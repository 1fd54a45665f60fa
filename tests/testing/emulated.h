// Whether arithmetic is slow here: under an emulator, or without optimisation.
#ifndef GRAM_TESTS_TESTING_EMULATED_H_
#define GRAM_TESTS_TESTING_EMULATED_H_

namespace gram::testing {

/// Arithmetic then takes about a hundred times as long: the longest sweeps leave some cases out.
#if defined(GRAM_EMULATED)
inline constexpr bool kEmulated = true;
#else
inline constexpr bool kEmulated = false;
#endif

/// Arithmetic takes much longer than in a release build: emulated, or without optimisation.
#if defined(NDEBUG)
inline constexpr bool kSlowBuild = kEmulated;
#else
inline constexpr bool kSlowBuild = true;
#endif

}  // namespace gram::testing

#endif  // GRAM_TESTS_TESTING_EMULATED_H_
