#include "engine/ops/limit.h"

#include <chrono>
#include <numeric>
#include <vector>

#include "engine/base/parallel.h"

namespace gram::ops {
namespace {

using Clock = std::chrono::steady_clock;

constexpr double kSeconds = 1.0;

double SecondsSince(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

/// Operations of one go in which every thread does `rounds`.
double Go(const kernels::KernelTable& kernels, const ExecContext& ctx, size_t rounds) {
  std::vector<double> flops(static_cast<size_t>(ctx.threads()));
  std::vector<float> sinks(flops.size(), 1.0F);
  ParallelFor(ctx, ctx.threads(), [&](int64_t i, int) {
    const auto item = static_cast<size_t>(i);
    float sink = sinks[item];
    flops[item] = kernels.multiply_registers(rounds, &sink);
    sinks[item] = sink;
  });
  return std::accumulate(flops.begin(), flops.end(), 0.0);
}

/// Rounds that take about a hundredth of a second: threads wait for each other after every go.
size_t RoundsAGo(const kernels::KernelTable& kernels, const ExecContext& ctx) {
  size_t rounds = size_t{1} << 10;
  while (true) {
    const auto start = Clock::now();
    Go(kernels, ctx, rounds);
    if (SecondsSince(start) > kSeconds / 100) return rounds;
    rounds *= 2;
  }
}

}  // namespace

double MeasureLimit(const kernels::KernelTable& kernels, const ExecContext& ctx) {
  const size_t rounds = RoundsAGo(kernels, ctx);
  const auto start = Clock::now();
  double flops = 0;
  double seconds = 0;
  while (seconds < kSeconds) {
    flops += Go(kernels, ctx, rounds);
    seconds = SecondsSince(start);
  }
  return flops / seconds * 1e-9;
}

}  // namespace gram::ops
