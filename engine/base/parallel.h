// Parallel loops over an ExecContext's threads: the only place that speaks OpenMP.
#ifndef GRAM_ENGINE_BASE_PARALLEL_H_
#define GRAM_ENGINE_BASE_PARALLEL_H_

#include <omp.h>

#include <cstdint>

#include "engine/base/exec_context.h"

namespace gram {

/// Calls body(i, worker) once for every i in [0, n), worker in [0, ctx.threads) naming the calling
/// thread's slot. Items are handed out one at a time, so they may differ in cost. `body` must not
/// throw, and what it computes for i must not depend on the worker or on other items: that keeps
/// results the same bits for every thread count.
template <typename Body>
void ParallelFor(const ExecContext& ctx, int64_t n, const Body& body) {
  if (ctx.threads <= 1 || n <= 1) {
    for (int64_t i = 0; i < n; ++i) body(i, 0);
    return;
  }
#pragma omp parallel for schedule(dynamic, 1) num_threads(ctx.threads)
  for (int64_t i = 0; i < n; ++i) body(i, omp_get_thread_num());
}

/// While it lives, OpenMP code of other libraries called from this thread (oneDNN) uses ctx.threads
/// threads. The setting belongs to the calling thread alone, so engines with different counts do
/// not disturb each other.
class ScopedOmpThreads {
 public:
  explicit ScopedOmpThreads(const ExecContext& ctx) : previous_(omp_get_max_threads()) {
    omp_set_num_threads(ctx.threads);
  }
  ~ScopedOmpThreads() { omp_set_num_threads(previous_); }
  ScopedOmpThreads(const ScopedOmpThreads&) = delete;
  ScopedOmpThreads& operator=(const ScopedOmpThreads&) = delete;

 private:
  int previous_;
};

}  // namespace gram

#endif  // GRAM_ENGINE_BASE_PARALLEL_H_
