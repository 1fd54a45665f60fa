#include "engine/ops/limit.h"

#include <algorithm>
#include <chrono>
#include <numeric>
#include <vector>

#include "engine/base/parallel.h"

namespace gram::ops {
namespace {

using Clock = std::chrono::steady_clock;

/// 1e9 operations a second of one go in which every thread does `rounds`.
double LimitOnce(const kernels::KernelTable& kernels, const ExecContext& ctx, size_t rounds,
                 double* seconds) {
  std::vector<double> flops(static_cast<size_t>(ctx.threads));
  std::vector<float> sinks(flops.size(), 1.0F);
  const auto start = Clock::now();
  ParallelFor(ctx, ctx.threads, [&](int64_t i, int) {
    const auto item = static_cast<size_t>(i);
    float sink = sinks[item];
    flops[item] = kernels.multiply_registers(rounds, &sink);
    sinks[item] = sink;
  });
  *seconds = std::chrono::duration<double>(Clock::now() - start).count();
  return std::accumulate(flops.begin(), flops.end(), 0.0) / *seconds * 1e-9;
}

}  // namespace

double MeasureLimit(const kernels::KernelTable& kernels, const ExecContext& ctx) {
  constexpr double kGoSeconds = 0.1;
  constexpr int kGoes = 5;
  size_t rounds = size_t{1} << 16;
  double seconds = 0;
  double best = LimitOnce(kernels, ctx, rounds, &seconds);
  while (seconds < kGoSeconds) {
    rounds *= 2;
    best = std::max(best, LimitOnce(kernels, ctx, rounds, &seconds));
  }
  for (int go = 0; go < kGoes; ++go) {
    best = std::max(best, LimitOnce(kernels, ctx, rounds, &seconds));
  }
  return best;
}

}  // namespace gram::ops
