// Once its buffers have grown, a forward pass allocates for the plan it is given, but nothing layer
// by layer. A program of its own: it counts every operator new and delete.
#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <new>

#include "engine/model/forward.h"
#include "engine/schedule/planner.h"
#include "tests/testing/backends.h"
#include "tests/testing/tiny_model.h"

namespace {

std::atomic<int64_t> allocations = 0;
std::atomic<int64_t> releases = 0;

void* Allocate(std::size_t bytes, std::size_t alignment) {
  ++allocations;
  void* memory = nullptr;
  if (::posix_memalign(&memory, alignment, bytes) != 0) throw std::bad_alloc();
  return memory;
}

void Release(void* memory) {
  if (memory != nullptr) ++releases;
  std::free(memory);
}

}  // namespace

void* operator new(std::size_t bytes) { return Allocate(bytes, alignof(std::max_align_t)); }
void* operator new(std::size_t bytes, std::align_val_t alignment) {
  return Allocate(bytes, static_cast<std::size_t>(alignment));
}
// Not inlined: where only these are, GCC takes them for a mismatch with operator new.
[[gnu::noinline]] void operator delete(void* memory) noexcept { Release(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept { Release(memory); }
void operator delete(void* memory, std::align_val_t) noexcept { Release(memory); }
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept { Release(memory); }

namespace gram::model {
namespace {

/// Allocations of the second of two equal runs, and how many of them are held after it.
struct Counts {
  int64_t made = 0;
  int64_t held = 0;
};

Counts CountAWarmRun(const ops::Backend& backend, uint32_t layers) {
  format::ModelConfig config = testing::OddConfig();
  config.num_hidden_layers = layers;
  const testing::TinyModel model(config, DType::kBf16, 1);
  Result<Forward> forward = Forward::Open(model.weights(), backend, {});
  EXPECT_TRUE(forward.ok()) << forward.status().message();
  const std::vector<schedule::Prompt> prompts = {schedule::Prompt(700, 3), {1, 2, 3}, {1, 2, 4}};
  const schedule::Plan plan = schedule::MakePlans(prompts, {}).front();
  const std::array<int32_t, 2> rows = {1, 2};
  EXPECT_TRUE(forward->Run(plan, rows).ok());
  const int64_t made = allocations;
  const int64_t held = allocations - releases;
  EXPECT_TRUE(forward->Run(plan, rows).ok());
  return {allocations - made, allocations - releases - held};
}

class AllocationTest : public ::testing::TestWithParam<std::string> {};

TEST_P(AllocationTest, AWarmForwardPassAllocatesNothingInItsLayers) {
  const auto backend = testing::FindBackend(GetParam(), DType::kBf16);
  if (!backend.ok()) GTEST_SKIP() << backend.status().message();
  const Counts few = CountAWarmRun(**backend, 2);
  EXPECT_GT(few.made, 0);  // the counter counts: chunks and logits of the plan
  EXPECT_EQ(few.held, 0);
  const Counts many = CountAWarmRun(**backend, 6);
  EXPECT_EQ(many.held, 0);
  // oneDNN and Eigen have buffers of their own in every call, and give them back.
  if ((*backend)->kernels->multiply != nullptr && GetParam() != "onednn_bf16") {
    EXPECT_EQ(many.made, few.made);
  }
}

INSTANTIATE_TEST_SUITE_P(Backends, AllocationTest, ::testing::ValuesIn(testing::TestedNames()),
                         [](const auto& backend) { return backend.param; });

}  // namespace
}  // namespace gram::model
