#include "engine/api/first_difference.h"

#include <bit>
#include <cstdint>

#include "engine/base/check.h"

namespace gram::api {
namespace {

bool SameBits(float a, float b) { return std::bit_cast<uint32_t>(a) == std::bit_cast<uint32_t>(b); }

}  // namespace

std::optional<LogitDifference> FirstDifference(std::span<const Verdict> expected,
                                               std::span<const Verdict> got) {
  GRAM_DCHECK(expected.size() == got.size());
  for (size_t pair = 0; pair < expected.size(); ++pair) {
    for (size_t order = 0; order < 2; ++order) {
      const OrderVerdict& want = expected[pair].orders[order];
      const OrderVerdict& have = got[pair].orders[order];
      if (!SameBits(want.logit_a, have.logit_a)) {
        return LogitDifference{pair, want.slot_a, 'A', want.logit_a, have.logit_a};
      }
      if (!SameBits(want.logit_b, have.logit_b)) {
        return LogitDifference{pair, want.slot_a, 'B', want.logit_b, have.logit_b};
      }
    }
  }
  return std::nullopt;
}

}  // namespace gram::api
