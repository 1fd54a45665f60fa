// The threads of one engine, passed down as an argument and never ambient: they share loops, and
// wait in between without being in anyone's way. And the flag by which a caller stops work.
#ifndef GRAM_ENGINE_BASE_THREAD_POOL_H_
#define GRAM_ENGINE_BASE_THREAD_POOL_H_

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "engine/base/status.h"

namespace gram {

/// To wait on the CPU ("spin") saves the time that falling asleep and waking up take, which is what
/// pays between two loops of a forward pass. On a machine that is shared it takes the CPU from the
/// very thread that is waited for. Nobody can tell beforehand, so time spun in vain is drawn from
/// an account that fills up slowly: it is a 32nd of all time at most, while a thread whose waits
/// are short, as on a quiet machine, spins as if there were no limit. One thread's own.
class SpinBudget {
 public:
  using Clock = std::chrono::steady_clock;

  /// One wait on the CPU, and the most that is ever spent in vain at once.
  static constexpr Clock::duration kLongest = std::chrono::milliseconds(1);
  static constexpr int kShare = 32;

  /// True as soon as ready() is; false where the thread had better sleep.
  template <typename Ready>
  bool Spin(const Ready& ready) {
    if (ready()) return true;
    const Clock::time_point start = Clock::now();
    account_ = std::min(kLongest, account_ + (start - filled_) / kShare);
    filled_ = start;
    constexpr int kPausesALook = 16;  // at the clock
    while (Clock::now() - start < account_) {
      for (int i = 0; i < kPausesALook; ++i) {
        if (ready()) return true;
        Pause();
      }
    }
    account_ = Clock::duration::zero();
    return ready();
  }

 private:
  static void Pause() {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
  }

  Clock::duration account_ = kLongest;
  Clock::time_point filled_ = Clock::now();
};

inline constexpr int kMaxThreads = 1024;

/// How many threads an engine is to have: `asked`, or where that is 0 one for each of
/// AvailableCores(). Errors: kInvalidArgument unless it is between 0 and kMaxThreads.
Result<int> ThreadsFor(int asked);

/// Runs loops on the calling thread and on threads of its own. A thread joins a loop when it gets
/// the CPU, and the loop ends when its items are done: one that the system has no CPU for just now
/// is not waited for. Not to be used in a child process after fork(), where its threads are not.
class ThreadPool {
 public:
  /// `threads`, 1 to kMaxThreads, counts the calling thread: one less are started. Where the system
  /// refuses to start one, the pool has those that it got: threads() tells.
  explicit ThreadPool(int threads);
  ~ThreadPool();
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;

  int threads() const { return static_cast<int>(workers_.size()) + 1; }

  /// Calls item(body, i, worker) once for every i in [0, n), on up to threads() threads, and
  /// returns when all are done. `worker` in [0, threads()) names the thread; the caller is 0.
  /// Callers from several threads take turns. An item must neither throw nor call Run.
  using Item = void (*)(const void* body, int64_t i, int worker);
  void Run(int64_t n, Item item, const void* body);

 private:
  void Start(int threads);
  void Work(int worker);
  void RunItems(int worker);
  void Leave();

  // The number of the loop, odd while it may be joined, above the number of workers inside it: one
  // word, so that no worker can join a loop that has just been closed.
  alignas(64) std::atomic<uint32_t> state_ = 0;
  alignas(64) std::atomic<int64_t> next_ = 0;  // item that nobody has taken
  alignas(64) std::atomic<uint32_t> done_ =
      0;           // the last loop that its workers left after it was closed
  int64_t n_ = 0;  // of the loop: written while nobody is inside
  Item item_ = nullptr;
  const void* body_ = nullptr;
  std::atomic<bool> stop_ = false;
  bool spins_;
  std::mutex turn_;  // of callers
  SpinBudget callers_budget_;
  std::vector<std::thread> workers_;
};

/// The threads that an engine may use. A handle: copies use the same ones, which live as long as
/// one of them.
class ExecContext {
 public:
  /// The calling thread alone.
  ExecContext() = default;
  /// Starts threads - 1, 0 to kMaxThreads - 1, beside the calling one; or fewer, where the system
  /// refuses.
  ExecContext(int threads);  // NOLINT: implicit, a count is all there is to it

  /// Threads that there are, >= 1: as many as were asked for, or fewer.
  int threads() const { return threads_; }
  /// Null for one thread.
  ThreadPool* pool() const { return pool_.get(); }

 private:
  int threads_ = 1;
  std::shared_ptr<ThreadPool> pool_;
};

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

/// Whether the flag, which may be null, is set. Relaxed: it orders no other reads.
inline bool IsSet(const std::atomic<bool>* flag) {
  return flag != nullptr && flag->load(std::memory_order_relaxed);
}

}  // namespace gram

#endif  // GRAM_ENGINE_BASE_THREAD_POOL_H_
