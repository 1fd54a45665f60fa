// Memory that runs out at any allocation of a public call: the call says so, and no exception
// leaves the library. A program of its own: it replaces operator new.
#include <gtest/gtest.h>

#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <memory>
#include <new>

#include "gram/bench.h"
#include "gram/judge.h"
#include "gram/rank.h"
#include "gram/selftest.h"
#include "tests/testing/converted_model.h"

namespace {

constexpr int64_t kUnlimited = std::numeric_limits<int64_t>::max();

/// Allocations that are still granted: none of any thread after that, until it is set again.
std::atomic<int64_t> granted = kUnlimited;
std::atomic<bool> refused = false;

void* Allocate(std::size_t bytes, std::size_t alignment) {
  void* memory = nullptr;
  if (granted.load() != kUnlimited && granted.fetch_sub(1) <= 0) {
    refused = true;
    throw std::bad_alloc();
  }
  if (::posix_memalign(&memory, alignment, bytes) != 0) throw std::bad_alloc();
  return memory;
}

}  // namespace

void* operator new(std::size_t bytes) { return Allocate(bytes, alignof(std::max_align_t)); }
void* operator new(std::size_t bytes, std::align_val_t alignment) {
  return Allocate(bytes, static_cast<std::size_t>(alignment));
}
// Not inlined: where only these are, GCC takes them for a mismatch with operator new.
[[gnu::noinline]] void operator delete(void* memory) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete(void* memory, std::align_val_t) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept { std::free(memory); }

namespace gram {
namespace {

using testing::SameBits;

/// Makes `call`(), which gives the codes of what it returned, again and again, with ever more
/// allocations before the first that is refused, from `first` on, until it needs no more. A larger
/// `growth` of their number, 1 at least, makes fewer calls.
template <typename Call>
void RunOutAtEveryAllocation(const char* name, const Call& call, int64_t first = 0,
                             double growth = 1.0625) {
  int refusals = 0;
  for (int64_t allocations = first;;
       allocations = 1 + static_cast<int64_t>(static_cast<double>(allocations) * growth)) {
    refused = false;
    granted = allocations;
    StatusCode code = StatusCode::kOk;
    bool thrown = false;
    try {
      code = call();
    } catch (...) {
      thrown = true;
    }
    granted = kUnlimited;
    ASSERT_FALSE(thrown) << name << " threw where allocation " << allocations << " was refused";
    if (!refused) {
      EXPECT_EQ(code, StatusCode::kOk) << name;
      break;
    }
    // Where it could do without, as a pool that starts fewer threads, it is no failure.
    EXPECT_TRUE(code == StatusCode::kOutOfMemory || code == StatusCode::kOk)
        << name << ", allocation " << allocations << ": " << StatusCodeName(code);
    refusals += code == StatusCode::kOutOfMemory ? 1 : 0;
  }
  EXPECT_GT(refusals, 3) << name << ": too few allocations were refused for a test of it";
}

template <typename T>
StatusCode FirstFailure(const std::vector<Result<T>>& results) {
  for (const Result<T>& result : results) {
    if (!result.ok()) return result.status().code();
  }
  return StatusCode::kOk;
}

class OutOfMemoryTest : public ::testing::Test {
 protected:
  testing::ConvertedModel model_;
  std::vector<Pair> pairs_ = {{"What is two and two?", "The answer is four.", "It must be five."},
                              {"Name a prime number above ten.", "Eleven is one.", "Perhaps 12?"}};
  std::string path_ = model_.path();
};

TEST_F(OutOfMemoryTest, Open) {
  for (const int threads : {1, 2}) {
    RunOutAtEveryAllocation(
        "Open", [&] { return Judge::Open(path_, {.threads = threads}).status().code(); });
  }
}

TEST_F(OutOfMemoryTest, Score) {
  Judge judge = model_.Open({.threads = 2});
  const auto reference = judge.Score(pairs_, {});
  // The list of results, which the first allocation is for, is the caller's.
  RunOutAtEveryAllocation(
      "Score",
      [&] {
        judge.ClearPrefixCache();
        return FirstFailure(judge.Score(pairs_, {}));
      },
      1);
  const auto after = judge.Score(pairs_, {});
  for (size_t i = 0; i < pairs_.size(); ++i) EXPECT_TRUE(SameBits(*reference[i], *after[i]));
}

// An engine whose first call ran out of memory is as good as a new one.
TEST_F(OutOfMemoryTest, WhatComesAfterIsRight) {
  const auto reference = model_.Open({.threads = 1}).Score(pairs_, {});
  RunOutAtEveryAllocation(
      "the first Score",
      [&] {
        const int64_t allocations = granted.exchange(kUnlimited);
        Judge judge = model_.Open({.threads = 1});
        granted = allocations;
        const StatusCode code = FirstFailure(judge.Score(pairs_, {}));
        granted = kUnlimited;
        const auto after = judge.Score(pairs_, {});
        for (size_t i = 0; i < pairs_.size(); ++i) EXPECT_TRUE(SameBits(*reference[i], *after[i]));
        return code;
      },
      1, 1.0);
}

TEST_F(OutOfMemoryTest, PlanAndPrompts) {
  const Judge judge = model_.Open({.threads = 1});
  RunOutAtEveryAllocation("Plan", [&] {
    const auto plan = judge.Plan(pairs_, {});
    return plan.ok() ? FirstFailure(plan->pairs) : plan.status().code();
  });
  RunOutAtEveryAllocation("Prompts",
                          [&] { return judge.Prompts(pairs_.front(), {}).status().code(); });
}

TEST_F(OutOfMemoryTest, Rank) {
  Judge judge = model_.Open({.threads = 1});
  const std::vector<RankTask> tasks = {{"What is two and two?", {"Four, of course.", "5", "22"}},
                                       {"Name a prime number.", {"Seven.", "Nine, I think."}}};
  RunOutAtEveryAllocation(
      "Rank", [&] { return Rank(judge, tasks[0].question, tasks[0].responses).status().code(); });
  RunOutAtEveryAllocation(
      "RankAll", [&] { return FirstFailure(RankAll(judge, tasks)); }, 1);
}

TEST_F(OutOfMemoryTest, Diagnostics) {
  const JudgeOptions options = {.threads = 1};
  RunOutAtEveryAllocation(
      "RunSelfTest", [&] { return RunSelfTest(path_, options).status().code(); }, 0, 2);
  RunOutAtEveryAllocation(
      "RunShapeSelfTest", [&] { return RunShapeSelfTest(options).status().code(); }, 0, 4);
  const BenchOptions bench = {.tokens = {1}, .repetitions = 1, .mix_pairs = 1};
  RunOutAtEveryAllocation(
      "RunBench", [&] { return RunBench(path_, options, bench).status().code(); }, 0, 4);
}

}  // namespace
}  // namespace gram
