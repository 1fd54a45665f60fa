// Once its buffers have grown, a forward pass allocates for the plan it is given, but nothing layer
// by layer. A program of its own: it counts every operator new.
#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <new>

#include "engine/kernels/dispatch.h"
#include "engine/model/forward.h"
#include "engine/schedule/planner.h"
#include "tests/testing/tiny_model.h"

namespace {

std::atomic<int64_t> allocations = 0;

void* Allocate(std::size_t bytes, std::size_t alignment) {
  ++allocations;
  void* memory = nullptr;
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

namespace gram::model {
namespace {

/// Allocations of the second of two equal runs.
int64_t AllocationsOfAWarmRun(const kernels::KernelTable* table, uint32_t layers) {
  format::ModelConfig config = testing::OddConfig();
  config.layers = layers;
  const testing::TinyModel model(config, gemm::WeightType::kBf16, 1);
  Forward forward(model.weights(), table, ExecContext{1});
  const std::vector<schedule::Prompt> prompts = {schedule::Prompt(700, 3), {1, 2, 3}, {1, 2, 4}};
  const schedule::Plan plan = schedule::MakePlans(prompts, {}).front();
  EXPECT_TRUE(forward.Run(plan, {1, 2}).ok());
  const int64_t before = allocations;
  EXPECT_TRUE(forward.Run(plan, {1, 2}).ok());
  return allocations - before;
}

TEST(AllocationTest, AWarmForwardPassAllocatesNothingInItsLayers) {
  const auto table = kernels::Resolve("auto", /*bf16_weights=*/true);
  ASSERT_TRUE(table.ok());
  if ((*table)->multiply == nullptr) GTEST_SKIP() << "the products are a library's on this CPU";
  const int64_t few = AllocationsOfAWarmRun(*table, 2);
  EXPECT_GT(few, 0);  // the counter counts: chunks and logits of the plan
  EXPECT_EQ(AllocationsOfAWarmRun(*table, 6), few);
}

}  // namespace
}  // namespace gram::model
