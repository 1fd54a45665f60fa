// The loops of the machine's peak: every table has one, which does the work that it counts.
#include <gtest/gtest.h>

#include <chrono>

#include "engine/diagnostics/machine.h"
#include "engine/ops/backend.h"

namespace gram::diagnostics {
namespace {

TEST(PeakTest, EveryBackendHasALoop) {
  for (const ops::Backend* backend : ops::AvailableBackends()) {
    const peak::Loop loop = LoopOf(*backend->kernels);
    float small = 1;
    float large = 1e30F;  // the other factor is about 1e-30
    const double flops = loop(1000, &small);
    EXPECT_GT(flops, 0) << backend->name;
    EXPECT_EQ(loop(3000, &large), 3 * flops) << backend->name;
    EXPECT_NE(small, large) << backend->name << ": the result depends on the factor";
  }
}

// A loop that the compiler has thrown away takes no time.
TEST(PeakTest, ALoopTakesTimeForItsWork) {
  using Clock = std::chrono::steady_clock;
  for (const ops::Backend* backend : ops::AvailableBackends()) {
    const peak::Loop loop = LoopOf(*backend->kernels);
    float sink = 1;
    const auto start = Clock::now();
    const double flops = loop(size_t{1} << 16, &sink);
    const std::chrono::duration<double> passed = Clock::now() - start;
    EXPECT_LT(flops / passed.count(), 1e14) << backend->name;
  }
}

}  // namespace
}  // namespace gram::diagnostics
