// The threads an engine may use: passed down as an argument, never ambient.
#ifndef GRAM_ENGINE_BASE_EXEC_CONTEXT_H_
#define GRAM_ENGINE_BASE_EXEC_CONTEXT_H_

#include <memory>

namespace gram {

class ThreadPool;

/// A handle: copies use the same threads, which live as long as one of them.
class ExecContext {
 public:
  /// The calling thread alone.
  ExecContext() = default;
  /// Starts threads - 1, 0 to 1023, beside the calling one; or fewer, where the system refuses.
  ExecContext(int threads);  // NOLINT: implicit, a count is all there is to it

  /// Threads that there are, >= 1: as many as were asked for, or fewer.
  int threads() const { return threads_; }
  /// Null for one thread.
  ThreadPool* pool() const { return pool_.get(); }

 private:
  int threads_ = 1;
  std::shared_ptr<ThreadPool> pool_;
};

/// The physical cores that this process may use, at least 1: those of its affinity mask, hardware
/// threads of one core counted once, and no more than its cgroups' CPU quota, rounded up.
int AvailableCores();

}  // namespace gram

#endif  // GRAM_ENGINE_BASE_EXEC_CONTEXT_H_
