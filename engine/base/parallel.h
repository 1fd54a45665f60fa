// Parallel loops over an ExecContext's threads.
#ifndef GRAM_ENGINE_BASE_PARALLEL_H_
#define GRAM_ENGINE_BASE_PARALLEL_H_

#include <cstdint>

#include "engine/base/exec_context.h"
#include "engine/base/thread_pool.h"

namespace gram {

/// Calls body(i, worker) once for every i in [0, n), worker in [0, ctx.threads()) naming the
/// calling thread's slot. Items are handed out one at a time, so they may differ in cost. `body`
/// must not throw nor run a loop itself, and what it computes for i must not depend on the worker
/// or on other items: that keeps results the same bits however many threads take part.
template <typename Body>
void ParallelFor(const ExecContext& ctx, int64_t n, const Body& body) {
  if (ctx.pool() == nullptr || n <= 1) {
    for (int64_t i = 0; i < n; ++i) body(i, 0);
    return;
  }
  ctx.pool()->Run(
      n,
      [](const void* erased, int64_t i, int worker) {
        (*static_cast<const Body*>(erased))(i, worker);
      },
      &body);
}

}  // namespace gram

#endif  // GRAM_ENGINE_BASE_PARALLEL_H_
