// Attention with a soft cap and a window on every ISA: against double precision around the borders
// of blocks, and the same bits in every company.
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <vector>

#include "tests/engine/kernels/attention_problem.h"
#include "tests/testing/backends.h"
#include "tests/testing/emulated.h"

namespace gram::kernels {
namespace {

using testing::Random;
using Sizes = std::vector<size_t>;

class AttentionWindowTest : public ::testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    const auto backend = testing::FindBackend(GetParam(), DType::kBf16);
    if (!backend.ok()) GTEST_SKIP() << backend.status().message();
    table_ = (*backend)->kernels;
  }
  void ExpectReference(const Problem& p) const {
    const auto got = RunKernel(*table_, p, 0, p.tokens);
    const auto expected = Reference(p);
    ASSERT_EQ(got.size(), expected.size());
    for (size_t i = 0; i < got.size(); ++i) {
      ASSERT_NEAR(got[i], expected[i], Tolerance(*table_))
          << GetParam() << " window " << p.window << " softcap " << p.softcap << " dim " << p.dim
          << " first " << p.first << " tokens " << p.tokens << " group " << p.group << " at " << i;
    }
  }
  const KernelTable* table_ = nullptr;
};

TEST_P(AttentionWindowTest, WindowsMatchDoublePrecision) {
  Random random(11);
  for (const size_t window : Sizes{1, 2, 31, 32, 33, 63, 64, 65, 100, 128, 129, 300}) {
    for (const size_t first : Sizes{0, 5, 63, 64, 100, 191, 500}) {
      for (const auto& [tokens, group] :
           {std::array<size_t, 2>{1, 1}, {1, 8}, {3, 2}, {40, 2}, {19, 5}, {96, 2}}) {
        if (tokens * group > table_->query_rows) continue;
        if (testing::kSlowBuild && tokens > 20) continue;
        const size_t dim = tokens % 2 == 0 ? 32 : 24;
        Problem p = MakeProblem(&random, *table_, first, tokens, group, dim);
        p.window = window;
        ASSERT_NO_FATAL_FAILURE(ExpectReference(p));
      }
    }
  }
}

TEST_P(AttentionWindowTest, SoftcapsMatchDoublePrecision) {
  Random random(12);
  for (const float softcap : {0.5F, 3.0F, 50.0F}) {
    for (const size_t window : Sizes{0, 48, 100}) {
      for (const size_t dim : Sizes{16, 80, 128}) {
        for (const size_t first : Sizes{0, 30, 64, 250}) {
          Problem p = MakeProblem(&random, *table_, first, 21, 3, dim);
          for (float& x : p.q) x *= 2;
          p.softcap = softcap;
          p.window = window;
          ASSERT_NO_FATAL_FAILURE(ExpectReference(p));
        }
      }
    }
  }
}

// Calls that split a run of tokens differently begin at different blocks, and have rows that see
// nothing of a block which others see.
TEST_P(AttentionWindowTest, ATokenHasTheSameBitsInEveryCall) {
  Random random(13);
  for (const size_t window : Sizes{1, 5, 32, 64, 70, 150}) {
    for (const size_t first : Sizes{0, 60, 200}) {
      for (const float softcap : {0.0F, 4.0F}) {
        Problem p = MakeProblem(&random, *table_, first, 48, 2, 64);
        p.window = window;
        p.softcap = softcap;
        const auto all = RunKernel(*table_, p, 0, 48);
        for (const auto& [from, count] :
             {std::array<size_t, 2>{0, 1}, {3, 5}, {4, 1}, {17, 23}, {31, 17}, {47, 1}}) {
          const auto some = RunKernel(*table_, p, from, count);
          EXPECT_EQ(
              std::memcmp(some.data(), all.data() + from * 2 * 64, some.size() * sizeof(float)), 0)
              << "window " << window << " first " << first << " tokens " << from << " + " << count;
        }
      }
    }
  }
}

TEST_P(AttentionWindowTest, AWindowOfTheWholeLengthChangesNoBit) {
  Random random(14);
  for (const size_t first : Sizes{0, 40, 64, 300}) {
    Problem p = MakeProblem(&random, *table_, first, 30, 2, 80);
    for (const float softcap : {0.0F, 2.0F}) {
      p.softcap = softcap;
      p.window = 0;
      const auto expected = RunKernel(*table_, p, 0, 30);
      for (const size_t window : {p.positions(), p.positions() + 1, size_t{4096}, SIZE_MAX}) {
        p.window = window;
        EXPECT_EQ(RunKernel(*table_, p, 0, 30), expected) << "first " << first << " " << window;
      }
    }
  }
}

// Window 1: a query sees its own position alone, so the result is its value.
TEST_P(AttentionWindowTest, AWindowOfOneGivesTheValueItself) {
  Random random(15);
  Problem p = MakeProblem(&random, *table_, 50, 40, 2, 32);
  p.window = 1;
  const auto got = RunKernel(*table_, p, 0, 40);
  for (size_t i = 0; i < got.size(); ++i) {
    ASSERT_EQ(got[i], p.v[(50 + i / 64) * 32 + i % 32]) << i;
  }
}

TEST_P(AttentionWindowTest, AKeyThatIsNoNumberIsSeenInItsWindowAlone) {
  Random random(16);
  for (const float softcap : {0.0F, 30.0F}) {
    Problem p = MakeProblem(&random, *table_, 70, 40, 2, 64);
    p.softcap = softcap;
    p.window = 9;
    p.k[83 * 64 + 5] = NAN;  // of position 83, which tokens 13 .. 21 see
    const auto got = RunKernel(*table_, p, 0, 40);
    for (size_t i = 0; i < got.size(); ++i) {
      const size_t token = i / (2 * 64);
      ASSERT_EQ(std::isnan(got[i]), token >= 13 && token < 22) << "token " << token;
    }
  }
}

// tanh would make a score that has overflowed an ordinary one.
TEST_P(AttentionWindowTest, AnInfiniteScoreIsNotCapped) {
  Random random(17);
  for (const float infinite : {INFINITY, -INFINITY}) {
    Problem p = MakeProblem(&random, *table_, 10, 8, 1, 32);
    p.softcap = 30;
    p.k[13 * 32 + 7] = infinite;  // of position 13, which tokens 3 .. 7 see
    const auto got = RunKernel(*table_, p, 0, 8);
    for (size_t i = 0; i < got.size(); ++i) {
      ASSERT_EQ(std::isnan(got[i]), i / 32 >= 3) << "token " << i / 32;
    }
  }
}

// The f32 kernels promise it (docs/numerics.md).
TEST(F32AttentionWindowTest, EveryWidthOfVectorsGivesTheSameBits) {
  const auto avx2 = ops::ChooseBackend("avx2", DType::kF32);
  const auto avx512 = ops::ChooseBackend("avx512", DType::kF32);
  if (!avx512.ok()) GTEST_SKIP() << avx512.status().message();
  Random random(19);
  Problem p = MakeProblem(&random, *(*avx2)->kernels, 100, 40, 2, 80);
  p.window = 70;
  for (const float softcap : {0.0F, 1.5F, 50.0F}) {
    p.softcap = softcap;
    EXPECT_EQ(RunKernel(*(*avx2)->kernels, p, 0, 40), RunKernel(*(*avx512)->kernels, p, 0, 40));
  }
}

TEST(TilesAttentionWindowTest, HasTheBitsOfItsModelInSoftware) {
  const auto hardware = ops::ChooseBackend("amx_bf16", DType::kBf16);
  if (!hardware.ok()) GTEST_SKIP() << hardware.status().message();
  Random random(18);
  for (const size_t window : Sizes{1, 40, 64, 100}) {
    for (const size_t first : Sizes{0, 50, 190}) {
      Problem p = MakeProblem(&random, *(*hardware)->kernels, first, 21, 3, 128);
      p.window = window;
      p.softcap = 5;
      EXPECT_EQ(RunKernel(*(*hardware)->kernels, p, 0, 21),
                RunKernel(*testing::SoftwareTiles().kernels, p, 0, 21))
          << "window " << window << " first " << first;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Isas, AttentionWindowTest, ::testing::ValuesIn(testing::KernelNames()),
                         [](const auto& isa) { return isa.param; });

}  // namespace
}  // namespace gram::kernels
