// Division and multiples, rounded up.
#ifndef GRAM_ENGINE_BASE_ROUNDING_H_
#define GRAM_ENGINE_BASE_ROUNDING_H_

#include <cstddef>

namespace gram {

// Inlined even where nothing is optimised, so that no kernel leaves a copy with instructions of its
// own for the linker to choose.

/// a / b, rounded up.
[[gnu::always_inline]] constexpr size_t CeilDiv(size_t a, size_t b) { return (a + b - 1) / b; }

/// The least multiple of `unit` that is not below a.
[[gnu::always_inline]] constexpr size_t RoundUp(size_t a, size_t unit) {
  return CeilDiv(a, unit) * unit;
}

}  // namespace gram

#endif  // GRAM_ENGINE_BASE_ROUNDING_H_
