// Checks for bugs (never for input): on in debug builds, free in release builds.
#ifndef GRAM_ENGINE_BASE_CHECK_H_
#define GRAM_ENGINE_BASE_CHECK_H_

#include <cassert>

#define GRAM_DCHECK(condition) assert(condition)

#endif  // GRAM_ENGINE_BASE_CHECK_H_
