// Attention of every ISA against a plain double-precision softmax, head sizes and lengths swept
// around the block.
#include <gtest/gtest.h>

#include <cmath>
#include <cstring>

#include "engine/base/aligned_buffer.h"
#include "engine/kernels/kernel_table.h"
#include "tests/testing/backends.h"
#include "tests/testing/random.h"

namespace gram::kernels {
namespace {

using testing::Random;

/// Values rounded to what the table computes with.
std::vector<float> Inputs(Random* random, size_t n, const KernelTable& table) {
  return table.activations == DType::kBf16 ? random->Bf16Floats(n) : random->Floats(n);
}

/// A problem in plain arrays: q [tokens][group][dim], k and v [positions][dim].
struct Problem {
  size_t first, tokens, group, dim;
  std::vector<float> q, k, v;
  size_t positions() const { return first + tokens; }
};

Problem MakeProblem(Random* random, const KernelTable& table, size_t first, size_t tokens,
                    size_t group, size_t dim) {
  Problem p{first, tokens, group, dim, {}, {}, {}};
  p.q = Inputs(random, tokens * group * dim, table);
  for (float& x : p.q)
    x *= 4;  // sharp enough that the running maximum moves; a power of two stays exact
  p.k = Inputs(random, p.positions() * dim, table);
  p.v = Inputs(random, p.positions() * dim, table);
  return p;
}

/// Stores values in a table's activation type.
void Put(const KernelTable& table, AlignedBuffer<std::byte>* bytes, size_t i, float value) {
  if (table.activations == DType::kBf16) {
    reinterpret_cast<Bf16*>(bytes->data())[i] = ToBf16(value);
  } else {
    reinterpret_cast<float*>(bytes->data())[i] = value;
  }
}

float Get(const KernelTable& table, const AlignedBuffer<std::byte>& bytes, size_t i) {
  return table.activations == DType::kBf16 ? ToFloat(reinterpret_cast<const Bf16*>(bytes.data())[i])
                                           : reinterpret_cast<const float*>(bytes.data())[i];
}

/// Runs the kernel on tokens [from, from + count) of the problem; returns [count][group][dim].
std::vector<float> RunKernel(const KernelTable& table, const Problem& p, size_t from,
                             size_t count) {
  const size_t element = ElementBytes(table.activations);
  const size_t pair = PairOf(table.activations);
  const size_t padded = (p.dim + kHeadUnit - 1) / kHeadUnit * kHeadUnit;
  const size_t blocks = (p.positions() + kBlockPositions - 1) / kBlockPositions;
  const size_t half = kBlockPositions * padded;  // elements of a K or V block
  AlignedBuffer<std::byte> q(p.tokens * p.group * padded * element);
  AlignedBuffer<std::byte> kv(blocks * 2 * half * element);
  for (size_t row = 0; row < p.tokens * p.group; ++row) {
    for (size_t d = 0; d < p.dim; ++d) Put(table, &q, row * padded + d, p.q[row * p.dim + d]);
  }
  for (size_t pos = 0; pos < p.positions(); ++pos) {
    const size_t base = pos / kBlockPositions * 2 * half;
    const size_t slot = pos % kBlockPositions;
    for (size_t d = 0; d < p.dim; ++d) {
      Put(table, &kv, base + d / pair * kBlockPositions * pair + slot * pair + d % pair,
          p.k[pos * p.dim + d]);
      Put(table, &kv, base + half + slot / pair * padded * pair + d * pair + slot % pair,
          p.v[pos * p.dim + d]);
    }
  }
  std::vector<const void*> pointers;
  for (size_t b = 0; b < blocks; ++b) pointers.push_back(kv.data() + b * 2 * half * element);
  // The heads begin at some column. Guard elements around them: a kernel must not write beyond.
  constexpr size_t kColumn = 24;
  const size_t width = (kColumn + p.group * p.dim + 5 + kPanelCols - 1) / kPanelCols * kPanelCols;
  const size_t row_stride = table.panels ? kPanelCols : width;
  const size_t panel_stride = table.panels ? (p.tokens + 1) * kPanelCols : kPanelCols;
  const auto at = [&](size_t token, size_t column) {
    return column / kPanelCols * panel_stride + token * row_stride + column % kPanelCols;
  };
  AlignedBuffer<std::byte> out((p.tokens + 1) * width * element);
  for (size_t i = 0; i < (p.tokens + 1) * width; ++i) Put(table, &out, i, 77);
  AlignedBuffer<float> scratch(AttentionScratchFloats(table.query_rows, padded));
  // What a call finds there is no number: reading it would show.
  std::memset(scratch.data(), 0xff, scratch.size() * sizeof(float));
  table.attention({.q = q.data() + from * p.group * padded * element,
                   .q_token_stride = p.group * padded,
                   .tokens = count,
                   .group = p.group,
                   .first_position = p.first + from,
                   .blocks = pointers.data(),
                   .k_offset = 0,
                   .v_offset = half * element,
                   .head_dim = p.dim,
                   .padded_dim = padded,
                   .scale = 1.0F / std::sqrt(static_cast<float>(p.dim)),
                   .out = out.data(),
                   .out_column = kColumn,
                   .out_token_stride = row_stride,
                   .out_panel_stride = panel_stride,
                   .scratch = scratch.data()});
  std::vector<float> result;
  for (size_t t = 0; t < count; ++t) {
    for (size_t column = 0; column < width; ++column) {
      const float value = Get(table, out, at(t, column));
      if (column >= kColumn && column < kColumn + p.group * p.dim) {
        result.push_back(value);
      } else {
        EXPECT_EQ(value, 77) << column;
      }
    }
  }
  for (size_t column = 0; column < width; ++column) {
    EXPECT_EQ(Get(table, out, at(count, column)), 77);
  }
  return result;
}

std::vector<double> Reference(const Problem& p) {
  std::vector<double> out;
  for (size_t row = 0; row < p.tokens * p.group; ++row) {
    const size_t seen = p.first + row / p.group + 1;
    std::vector<double> weight(seen);
    double highest = -1e300;
    for (size_t j = 0; j < seen; ++j) {
      for (size_t d = 0; d < p.dim; ++d) {
        weight[j] += static_cast<double>(p.q[row * p.dim + d]) * p.k[j * p.dim + d];
      }
      weight[j] /= std::sqrt(static_cast<double>(p.dim));
      highest = std::max(highest, weight[j]);
    }
    double sum = 0;
    for (double& w : weight) sum += w = std::exp(w - highest);
    for (size_t d = 0; d < p.dim; ++d) {
      double value = 0;
      for (size_t j = 0; j < seen; ++j) value += weight[j] / sum * p.v[j * p.dim + d];
      out.push_back(value);
    }
  }
  return out;
}

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
        // |v| <= 1, so the result is a mean of values within [-1, 1]. bf16: a probability and the
        // result are each rounded by 2^-9 of themselves; f32: rounding of scores up to 4 sqrt(dim)
        // and of the sums.
        const double tolerance = table_->activations == DType::kBf16 ? 2.0 / 256 : 2e-5;
        for (size_t i = 0; i < got.size(); ++i) {
          ASSERT_NEAR(got[i], expected[i], tolerance)
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
