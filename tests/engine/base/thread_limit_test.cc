// An engine that gets fewer threads than it asks for. Not built with a sanitizer, which needs more
// address space than the test leaves.
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <atomic>
#include <fstream>

#include "engine/base/thread_pool.h"

namespace gram {
namespace {

/// Bytes of address space that this process has.
uint64_t AddressSpace() {
  std::ifstream file("/proc/self/statm");
  uint64_t pages = 0;
  file >> pages;
  return pages * 4096;
}

TEST(ThreadPoolTest, HasTheThreadsThatTheSystemGrants) {
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_AS, &before), 0);
  rlimit tight = before;
  tight.rlim_cur = AddressSpace() + (uint64_t{100} << 20);  // a dozen stacks
  ASSERT_EQ(::setrlimit(RLIMIT_AS, &tight), 0);
  const ExecContext ctx(500);
  ASSERT_EQ(::setrlimit(RLIMIT_AS, &before), 0);
  EXPECT_LT(ctx.threads(), 500);
  EXPECT_GE(ctx.threads(), 1);
  std::atomic<int64_t> sum = 0;
  ParallelFor(ctx, 1000, [&](int64_t i, int worker) {
    EXPECT_LT(worker, ctx.threads());
    sum += i;
  });
  EXPECT_EQ(sum, 499500);
}

}  // namespace
}  // namespace gram
