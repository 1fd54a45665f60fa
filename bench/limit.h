// The machine's limit, measured beside what is held against it.
#ifndef GRAM_BENCH_LIMIT_H_
#define GRAM_BENCH_LIMIT_H_

#include <algorithm>
#include <chrono>
#include <vector>

#include "engine/base/parallel.h"
#include "engine/kernels/kernel_table.h"

namespace gram::bench {

/// FLOP/s of multiply-adds on registers alone, all of ctx's threads together; the best of several
/// tries.
inline double MeasureLimit(const kernels::KernelTable& table, const ExecContext& ctx) {
  double best = 0;
  for (int attempt = 0; attempt < 5; ++attempt) {
    std::vector<double> flops(static_cast<size_t>(ctx.threads));
    std::vector<float> sinks(static_cast<size_t>(ctx.threads), 1.0F);
    const auto start = std::chrono::steady_clock::now();
    ParallelFor(ctx, ctx.threads, [&](int64_t i, int) {
      const auto at = static_cast<size_t>(i);
      flops[at] = table.multiply_registers(1'000'000, &sinks[at]);
    });
    const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - start;
    double total = 0;
    for (const double f : flops) total += f;
    best = std::max(best, total / passed.count());
  }
  return best;
}

}  // namespace gram::bench

#endif  // GRAM_BENCH_LIMIT_H_
