// A problem for an attention kernel in plain arrays, a table's answer to it, and double
// precision's.
#ifndef GRAM_TESTS_ENGINE_KERNELS_ATTENTION_PROBLEM_H_
#define GRAM_TESTS_ENGINE_KERNELS_ATTENTION_PROBLEM_H_

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <vector>

#include "engine/base/aligned_buffer.h"
#include "engine/base/rounding.h"
#include "engine/kernels/kernel_table.h"
#include "tests/testing/random.h"

namespace gram::kernels {

/// Values rounded to what the table computes with.
inline std::vector<float> Inputs(testing::Random* random, size_t n, const KernelTable& table) {
  return table.activations == DType::kBf16 ? random->Bf16Floats(n) : random->Floats(n);
}

/// q [tokens][group][dim], k and v [positions][dim].
struct Problem {
  size_t first, tokens, group, dim;
  std::vector<float> q, k, v;
  float softcap = 0;
  size_t window = 0;

  size_t positions() const { return first + tokens; }
  float scale() const { return 1.0F / std::sqrt(static_cast<float>(dim)); }
  /// The first position that the row at `position` sees.
  size_t FirstSeen(size_t position) const {
    return window == 0 || position < window ? 0 : position + 1 - window;
  }
};

inline Problem MakeProblem(testing::Random* random, const KernelTable& table, size_t first,
                           size_t tokens, size_t group, size_t dim) {
  Problem p{first, tokens, group, dim, {}, {}, {}, 0, 0};
  p.q = Inputs(random, tokens * group * dim, table);
  for (float& x : p.q)
    x *= 4;  // sharp enough that the running maximum moves; a power of two stays exact
  p.k = Inputs(random, p.positions() * dim, table);
  p.v = Inputs(random, p.positions() * dim, table);
  return p;
}

/// Stores values in a table's activation type.
inline void Put(const KernelTable& table, AlignedBuffer<std::byte>* bytes, size_t i, float value) {
  if (table.activations == DType::kBf16) {
    reinterpret_cast<Bf16*>(bytes->data())[i] = ToBf16(value);
  } else {
    reinterpret_cast<float*>(bytes->data())[i] = value;
  }
}

inline float Get(const KernelTable& table, const AlignedBuffer<std::byte>& bytes, size_t i) {
  return table.activations == DType::kBf16 ? ToFloat(reinterpret_cast<const Bf16*>(bytes.data())[i])
                                           : reinterpret_cast<const float*>(bytes.data())[i];
}

/// Runs the kernel on tokens [from, from + count) of the problem; returns [count][group][dim].
inline std::vector<float> RunKernel(const KernelTable& table, const Problem& p, size_t from,
                                    size_t count) {
  const size_t element = ElementBytes(table.activations);
  const size_t pair = PairOf(table.activations);
  const size_t padded = RoundUp(p.dim, kHeadUnit);
  const size_t blocks = CeilDiv(p.positions(), kBlockPositions);
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
  for (size_t b = 0; b < blocks; ++b) {
    // A block before all windows is not there.
    const bool seen = (b + 1) * kBlockPositions > p.FirstSeen(p.first + from);
    pointers.push_back(seen ? kv.data() + b * 2 * half * element : nullptr);
  }
  // The heads begin at some column. Guard elements around them: a kernel must not write beyond.
  constexpr size_t kColumn = 24;
  const size_t width = RoundUp(kColumn + p.group * p.dim + 5, kPanelCols);
  const auto layout = ActivationLayout::Of(width, table.panels ? p.tokens + 1 : 0);
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
                   .scale = p.scale(),
                   .softcap = p.softcap,
                   .window = p.window,
                   .out = out.data(),
                   .out_column = kColumn,
                   .out_layout = layout,
                   .scratch = scratch.data()});
  std::vector<float> result;
  for (size_t t = 0; t < count; ++t) {
    for (size_t column = 0; column < width; ++column) {
      const float value = Get(table, out, layout.At(t, column));
      if (column >= kColumn && column < kColumn + p.group * p.dim) {
        result.push_back(value);
      } else {
        EXPECT_EQ(value, 77) << column;
      }
    }
  }
  for (size_t column = 0; column < width; ++column) {
    EXPECT_EQ(Get(table, out, layout.At(count, column)), 77);
  }
  return result;
}

inline std::vector<double> Reference(const Problem& p) {
  std::vector<double> out;
  for (size_t row = 0; row < p.tokens * p.group; ++row) {
    const size_t end = p.first + row / p.group + 1;
    const size_t begin = p.FirstSeen(end - 1);
    std::vector<double> weight(end - begin);
    double highest = -1e300;
    for (size_t j = begin; j < end; ++j) {
      double& score = weight[j - begin];
      for (size_t d = 0; d < p.dim; ++d) {
        score += static_cast<double>(p.q[row * p.dim + d]) * p.k[j * p.dim + d];
      }
      score /= std::sqrt(static_cast<double>(p.dim));
      if (p.softcap != 0) score = p.softcap * std::tanh(score / p.softcap);
      highest = std::max(highest, score);
    }
    double sum = 0;
    for (double& w : weight) sum += w = std::exp(w - highest);
    for (size_t d = 0; d < p.dim; ++d) {
      double value = 0;
      for (size_t j = begin; j < end; ++j) value += weight[j - begin] / sum * p.v[j * p.dim + d];
      out.push_back(value);
    }
  }
  return out;
}

/// |v| <= 1, so a result is a mean of values within [-1, 1]. bf16: a probability and the result are
/// each rounded by 2^-9 of themselves; f32: rounding of scores up to 4 sqrt(dim) and of the sums.
inline double Tolerance(const KernelTable& table) {
  return table.activations == DType::kBf16 ? 2.0 / 256 : 2e-5;
}

}  // namespace gram::kernels

#endif  // GRAM_TESTS_ENGINE_KERNELS_ATTENTION_PROBLEM_H_
