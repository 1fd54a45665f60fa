// Attention of every ISA against a plain double-precision softmax, head sizes and lengths swept
// around the block.
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <cstring>

#include "tests/engine/kernels/attention_problem.h"
#include "tests/testing/backends.h"

namespace gram::kernels {
namespace {

using testing::Random;

class AttentionTest : public ::testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    const auto backend = testing::FindBackend(GetParam(), DType::kBf16);
    if (!backend.ok()) GTEST_SKIP() << backend.status().message();
    table_ = (*backend)->kernels;
  }
  const KernelTable* table_ = nullptr;
};

TEST_P(AttentionTest, MatchesDoublePrecision) {
  Random random(3);
  for (const size_t dim :
       {size_t{2}, size_t{16}, size_t{24}, size_t{32}, size_t{64}, size_t{80}, size_t{128}}) {
    for (const size_t first :
         {size_t{0}, size_t{1}, size_t{62}, size_t{63}, size_t{64}, size_t{129}, size_t{500}}) {
      for (const auto& [tokens, group] :
           {std::array<size_t, 2>{1, 1}, {1, 8}, {2, 2}, {5, 1}, {48, 2}, {19, 5}, {96, 2}}) {
        if (tokens * group > table_->query_rows) continue;
        const Problem p = MakeProblem(&random, *table_, first, tokens, group, dim);
        const auto got = RunKernel(*table_, p, 0, tokens);
        const auto expected = Reference(p);
        for (size_t i = 0; i < got.size(); ++i) {
          ASSERT_NEAR(got[i], expected[i], Tolerance(*table_))
              << GetParam() << " dim " << dim << " first " << first << " tokens " << tokens
              << " group " << group << " at " << i;
        }
      }
    }
  }
}

TEST_P(AttentionTest, ATokenHasTheSameBitsInEveryCall) {
  Random random(4);
  for (const size_t first : {size_t{0}, size_t{60}, size_t{200}}) {
    const Problem p = MakeProblem(&random, *table_, first, 40, 2, 128);
    const auto all = RunKernel(*table_, p, 0, 40);
    for (const auto& [from, count] : {std::array<size_t, 2>{0, 1}, {3, 5}, {17, 23}, {39, 1}}) {
      const auto some = RunKernel(*table_, p, from, count);
      EXPECT_EQ(std::memcmp(some.data(), all.data() + from * 2 * 128, some.size() * sizeof(float)),
                0)
          << "first " << first << " tokens " << from << " + " << count;
    }
  }
}

// What has overflowed must not become a probability of zero, and a verdict of the rest.
TEST_P(AttentionTest, AKeyThatIsNoNumberIsSeen) {
  Random random(7);
  Problem p = MakeProblem(&random, *table_, 70, 8, 2, 64);
  p.k[73 * 64 + 5] = NAN;  // of position 73, which tokens 3 .. 7 see
  const auto got = RunKernel(*table_, p, 0, 8);
  for (size_t i = 0; i < got.size(); ++i) {
    EXPECT_EQ(std::isnan(got[i]), i / (2 * 64) >= 3) << "token " << i / (2 * 64);
  }
}

TEST_P(AttentionTest, ExtremeScoresStayFinite) {
  Random random(5);
  Problem p = MakeProblem(&random, *table_, 100, 8, 2, 64);
  for (float& x : p.q) x *= 4096;
  for (const float x : RunKernel(*table_, p, 0, 8))
    ASSERT_TRUE(std::isfinite(x) && std::fabs(x) <= 1.01F) << x;
}

TEST(TilesAttentionTest, HasTheBitsOfItsModelInSoftware) {
  const auto hardware = ops::ChooseBackend("amx_bf16", DType::kBf16);
  if (!hardware.ok()) GTEST_SKIP() << hardware.status().message();
  Random random(6);
  for (const size_t dim : {size_t{24}, size_t{64}, size_t{128}}) {
    for (const size_t first : {size_t{0}, size_t{50}, size_t{190}}) {
      const Problem p = MakeProblem(&random, *(*hardware)->kernels, first, 21, 3, dim);
      EXPECT_EQ(RunKernel(*(*hardware)->kernels, p, 0, 21),
                RunKernel(*testing::SoftwareTiles().kernels, p, 0, 21))
          << "dim " << dim << " first " << first;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Isas, AttentionTest, ::testing::ValuesIn(testing::KernelNames()),
                         [](const auto& isa) { return isa.param; });

}  // namespace
}  // namespace gram::kernels
