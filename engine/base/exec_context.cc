#include "engine/base/exec_context.h"

#include <sched.h>

#include <algorithm>
#include <cerrno>
#include <utility>
#include <vector>

#include "engine/base/cpu_limits.h"
#include "engine/base/thread_pool.h"

namespace gram {
namespace {

/// The numbers of the CPUs in this process's affinity mask; none where the system does not say.
std::vector<int> AffinityCpus() {
  constexpr int kMostCpus = 1 << 16;
  for (int size = CPU_SETSIZE; size <= kMostCpus; size *= 2) {
    cpu_set_t* set = CPU_ALLOC(static_cast<size_t>(size));
    if (set == nullptr) return {};
    const size_t bytes = CPU_ALLOC_SIZE(static_cast<size_t>(size));
    const bool ok = ::sched_getaffinity(0, bytes, set) == 0;
    const bool too_small = !ok && errno == EINVAL;
    std::vector<int> cpus;
    for (int cpu = 0; ok && cpu < size; ++cpu) {
      if (CPU_ISSET_S(static_cast<size_t>(cpu), bytes, set)) cpus.push_back(cpu);
    }
    CPU_FREE(set);
    if (!too_small) return cpus;
  }
  return {};
}

}  // namespace

ExecContext::ExecContext(int threads) {
  if (threads <= 1) return;
  auto pool = std::make_shared<ThreadPool>(threads);
  threads_ = pool->threads();
  if (threads_ > 1) pool_ = std::move(pool);
}

int AvailableCores() {
  const int64_t cores = CountCores("", AffinityCpus());
  return static_cast<int>(std::max<int64_t>(1, std::min(cores, CgroupCpus("").value_or(cores))));
}

}  // namespace gram
