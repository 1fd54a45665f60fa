// Compares verdicts bit by bit.
#ifndef GRAM_ENGINE_API_FIRST_DIFFERENCE_H_
#define GRAM_ENGINE_API_FIRST_DIFFERENCE_H_

#include <optional>
#include <span>

#include "gram/selftest.h"

namespace gram::api {

/// The first logit of `got` whose bits are not those of `expected`; nothing if there is none.
/// Both hold the same number of verdicts.
std::optional<LogitDifference> FirstDifference(std::span<const Verdict> expected,
                                               std::span<const Verdict> got);

}  // namespace gram::api

#endif  // GRAM_ENGINE_API_FIRST_DIFFERENCE_H_
