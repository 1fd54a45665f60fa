// A loop's items are done once each, by however many threads take part, and no caller or worker is
// left waiting.
#include "engine/base/thread_pool.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <mutex>
#include <thread>
#include <vector>

namespace gram {
namespace {

TEST(ThreadPoolTest, EveryItemIsDoneOnceAndIsSeenByTheCaller) {
  for (const int threads : {1, 2, 3, 9}) {
    const ExecContext ctx(threads);
    ASSERT_EQ(ctx.threads(), threads);
    for (const int64_t n : {0, 1, 2, 7, 1000}) {
      std::vector<int> times(static_cast<size_t>(n));  // plain: a race is the sanitizer's to find
      std::vector<int> of_worker(static_cast<size_t>(threads));
      ParallelFor(ctx, n, [&](int64_t i, int worker) {
        ++times[static_cast<size_t>(i)];
        ++of_worker.at(static_cast<size_t>(worker));
      });
      EXPECT_EQ(std::count(times.begin(), times.end(), 1), n) << threads << " threads";
      int64_t done = 0;
      for (const int items : of_worker) done += items;
      EXPECT_EQ(done, n);
    }
  }
}

// Short loops one after the other: workers come late, early, or not at all.
TEST(ThreadPoolTest, ManyShortLoops) {
  const ExecContext ctx(4);
  std::vector<int64_t> sums(5);
  for (int64_t loop = 0; loop < 20000; ++loop) {
    ParallelFor(ctx, 5, [&](int64_t i, int) { sums[static_cast<size_t>(i)] += loop; });
  }
  for (const int64_t sum : sums) EXPECT_EQ(sum, 20000 * 19999 / 2);
}

TEST(ThreadPoolTest, LoopsAfterAPauseFindTheirWorkers) {
  const ExecContext ctx(3);
  for (int pause = 0; pause < 5; ++pause) {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));  // longer than anybody spins
    int64_t done = 0;
    std::mutex mutex;
    ParallelFor(ctx, 50, [&](int64_t, int) {
      const std::lock_guard lock(mutex);
      ++done;
    });
    EXPECT_EQ(done, 50);
  }
}

TEST(ThreadPoolTest, CallersTakeTurns) {
  const ExecContext ctx(3);
  std::vector<std::thread> callers;
  std::vector<int64_t> sums(4);
  for (size_t caller = 0; caller < sums.size(); ++caller) {
    callers.emplace_back([&, caller] {
      for (int loop = 0; loop < 500; ++loop) {
        std::atomic<int64_t> sum = 0;
        ParallelFor(ctx, 20, [&](int64_t i, int) { sum += i; });
        sums[caller] += sum;
      }
    });
  }
  for (std::thread& caller : callers) caller.join();
  for (const int64_t sum : sums) EXPECT_EQ(sum, 500 * 190);
}

TEST(ThreadPoolTest, EndsWhetherItsThreadsSleepOrHaveNotBegun) {
  for (int i = 0; i < 200; ++i) ThreadPool pool(4);
  ThreadPool pool(4);
  std::this_thread::sleep_for(std::chrono::milliseconds(5));
}

}  // namespace
}  // namespace gram
