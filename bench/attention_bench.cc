// Attention of every ISA at Qwen3's head shape (Dh 128, two query heads a kv head): checked on a
// problem with a known answer, then timed on one thread. `share` is of one thread's own peak in
// the same run.
#include <benchmark/benchmark.h>

#include <cmath>
#include <cstring>
#include <set>
#include <string>

#include "engine/base/aligned_buffer.h"
#include "engine/base/bf16.h"
#include "engine/base/rounding.h"
#include "engine/diagnostics/machine.h"
#include "engine/kernels/kernel_table.h"
#include "engine/ops/backend.h"
#include "tests/testing/random.h"

namespace {

using gram::AlignedBuffer;
using gram::kernels::AttentionArgs;
using gram::kernels::kBlockPositions;
using gram::kernels::KernelTable;

constexpr size_t kDim = 128;
constexpr size_t kGroup = 2;

/// Queries at the end of `positions` positions, and all their K/V, in a table's activation type.
struct Problem {
  Problem(const KernelTable& kernels, size_t count)
      : table(kernels),
        element(gram::ElementBytes(kernels.activations)),
        positions(count),
        tokens(kernels.query_rows / kGroup),
        q(tokens * kGroup * kDim * element),
        kv(gram::CeilDiv(count, kBlockPositions) * 2 * kBlockPositions * kDim * element),
        out(tokens * kGroup * kDim * element),
        scratch(gram::kernels::AttentionScratchFloats(kernels.query_rows, kDim)) {
    gram::testing::Random random(1);
    Fill(&random, &q);
    Fill(&random, &kv);
    for (size_t block = 0; block < gram::CeilDiv(positions, kBlockPositions); ++block) {
      blocks.push_back(kv.data() + block * 2 * kBlockPositions * kDim * element);
    }
  }

  void Fill(gram::testing::Random* random, AlignedBuffer<std::byte>* bytes) const {
    for (size_t i = 0; i < bytes->size() / element; ++i) {
      const float value = random->Unit();
      const gram::Bf16 narrow = gram::ToBf16(value);
      const float wide = gram::ToFloat(narrow);
      std::memcpy(bytes->data() + i * element,
                  element == 2 ? static_cast<const void*>(&narrow) : &wide, element);
    }
  }

  void Run() {
    table.attention({.q = q.data(),
                     .q_token_stride = kGroup * kDim,
                     .tokens = tokens,
                     .group = kGroup,
                     .first_position = positions - tokens,
                     .blocks = blocks.data(),
                     .k_offset = 0,
                     .v_offset = kBlockPositions * kDim * element,
                     .head_dim = kDim,
                     .padded_dim = kDim,
                     .scale = 1.0F / std::sqrt(static_cast<float>(kDim)),
                     .out = out.data(),
                     .out_column = 0,
                     .out_layout = {.row_stride = kGroup * kDim},
                     .scratch = scratch.data()});
  }

  float Out(size_t i) const {
    return element == 2 ? gram::ToFloat(reinterpret_cast<const gram::Bf16*>(out.data())[i])
                        : reinterpret_cast<const float*>(out.data())[i];
  }

  /// Products with K and V over the positions that each query sees.
  double Flops() const {
    double seen = 0;
    for (size_t t = 0; t < tokens; ++t) seen += static_cast<double>(positions - tokens + t + 1);
    return 4.0 * kGroup * kDim * seen;
  }

  const KernelTable& table;
  size_t element;
  size_t positions;
  size_t tokens;
  AlignedBuffer<std::byte> q, kv, out;
  AlignedBuffer<float> scratch;
  std::vector<const void*> blocks;
};

/// A problem with a known answer: with all keys zero every probability is equal, so the result is
/// the mean of V.
bool AnswersRight(const KernelTable& table) {
  Problem problem(table, 200);
  const auto set = [&](AlignedBuffer<std::byte>* bytes, size_t i, float value) {
    const gram::Bf16 narrow = gram::ToBf16(value);
    std::memcpy(bytes->data() + i * problem.element,
                problem.element == 2 ? static_cast<const void*>(&narrow) : &value, problem.element);
  };
  std::memset(problem.kv.data(), 0, problem.kv.size());
  const size_t half = kBlockPositions * kDim;
  for (size_t block = 0; block < problem.blocks.size(); ++block) {
    for (size_t i = 0; i < half; ++i) set(&problem.kv, (2 * block + 1) * half + i, 0.5F);
  }
  problem.Run();
  for (size_t i = 0; i < problem.tokens * kGroup * kDim; ++i) {
    if (std::fabs(problem.Out(i) - 0.5F) > 1e-3F) return false;
  }
  return true;
}

void Attention(benchmark::State& state, const KernelTable* table) {
  if (!AnswersRight(*table)) {
    state.SkipWithError("the kernel's answer is wrong");
    return;
  }
  Problem problem(*table, static_cast<size_t>(state.range(0)));
  const double peak = 1e9 * gram::diagnostics::MeasurePeak(*table, {1});
  for (auto _ : state) problem.Run();
  const double flops = problem.Flops() * static_cast<double>(state.iterations());
  state.counters["GFLOP/s"] = benchmark::Counter(flops / 1e9, benchmark::Counter::kIsRate);
  state.counters["share"] = benchmark::Counter(flops / peak, benchmark::Counter::kIsRate);
}

}  // namespace

int main(int argc, char** argv) {
  std::set<const KernelTable*> seen;
  for (const gram::ops::Backend* backend : gram::ops::AvailableBackends()) {
    const KernelTable* table = backend->kernels;
    if (!seen.insert(table).second) continue;
    auto* entry = benchmark::RegisterBenchmark((std::string("Attention/") + table->isa).c_str(),
                                               Attention, table);
    entry->Arg(128)->Arg(512)->Arg(1600)->Arg(4096);
  }
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return 0;
}
