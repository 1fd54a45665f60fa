// The threads of one engine: they share loops, and wait in between without being in anyone's way.
#ifndef GRAM_ENGINE_BASE_THREAD_POOL_H_
#define GRAM_ENGINE_BASE_THREAD_POOL_H_

#include <atomic>
#include <cstdint>
#include <mutex>
#include <thread>
#include <vector>

#include "engine/base/spin_budget.h"

namespace gram {

/// Runs loops on the calling thread and on threads of its own. A thread joins a loop when it gets
/// the CPU, and the loop ends when its items are done: one that the system has no CPU for just now
/// is not waited for. Not to be used in a child process after fork(), where its threads are not.
class ThreadPool {
 public:
  /// `threads`, 1 to 1024, counts the calling thread: one less are started. Where the system
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

}  // namespace gram

#endif  // GRAM_ENGINE_BASE_THREAD_POOL_H_
