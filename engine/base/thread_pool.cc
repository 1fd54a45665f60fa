#include "engine/base/thread_pool.h"

#include <new>
#include <string>
#include <system_error>
#include <utility>

#include "engine/base/cpu_limits.h"

namespace gram {
namespace {

constexpr uint32_t kLoop = 1U << 12;  // what the loop's number counts in; below it, workers inside

constexpr bool IsOpen(uint32_t state) { return (state & kLoop) != 0; }
constexpr uint32_t LoopOf(uint32_t state) { return state / kLoop; }
constexpr uint32_t InsideOf(uint32_t state) { return state % kLoop; }

}  // namespace

Result<int> ThreadsFor(int asked) {
  if (asked < 0 || asked > kMaxThreads) {
    return InvalidArgument("threads must be between 0 and " + std::to_string(kMaxThreads) +
                           ", not " + std::to_string(asked));
  }
  return asked == 0 ? AvailableCores() : asked;
}

ThreadPool::ThreadPool(int threads) : spins_(threads <= AvailableCores()) {
  try {
    Start(threads);
  } catch (const std::system_error&) {
    // No more threads for this process or user,
  } catch (const std::bad_alloc&) {
    // or no memory for another: there are those that were started.
  }
}

void ThreadPool::Start(int threads) {
  workers_.reserve(static_cast<size_t>(threads - 1));
  for (int worker = 1; worker < threads; ++worker) {
    workers_.emplace_back([this, worker] { Work(worker); });
  }
}

ThreadPool::~ThreadPool() {
  stop_.store(true, std::memory_order_relaxed);
  state_.fetch_add(2 * kLoop, std::memory_order_release);  // news, but no loop to join
  state_.notify_all();
  for (std::thread& worker : workers_) worker.join();
}

void ThreadPool::Run(int64_t n, Item item, const void* body) {
  const std::lock_guard lock(turn_);
  n_ = n;
  item_ = item;
  body_ = body;
  next_.store(0, std::memory_order_relaxed);
  state_.fetch_add(kLoop, std::memory_order_release);
  state_.notify_all();
  RunItems(0);
  const uint32_t closed = state_.fetch_add(kLoop, std::memory_order_acq_rel) + kLoop;
  if (InsideOf(closed) == 0) return;
  const auto left = [&] { return done_.load(std::memory_order_acquire) == LoopOf(closed); };
  if (spins_ && callers_budget_.Spin(left)) return;
  for (uint32_t seen = done_.load(std::memory_order_acquire); seen != LoopOf(closed);
       seen = done_.load(std::memory_order_acquire)) {
    done_.wait(seen, std::memory_order_acquire);
  }
}

void ThreadPool::RunItems(int worker) {
  for (int64_t i = next_.fetch_add(1, std::memory_order_relaxed); i < n_;
       i = next_.fetch_add(1, std::memory_order_relaxed)) {
    item_(body_, i, worker);
  }
}

void ThreadPool::Leave() {
  const uint32_t left = state_.fetch_sub(1, std::memory_order_acq_rel) - 1;
  if (IsOpen(left) || InsideOf(left) != 0) return;
  done_.store(LoopOf(left), std::memory_order_release);
  done_.notify_one();
}

void ThreadPool::Work(int worker) {
  SpinBudget budget;
  uint32_t last = 0;  // loop that this worker has been in
  uint32_t state = 0;
  const auto news = [&] {
    state = state_.load(std::memory_order_acquire);
    return stop_.load(std::memory_order_relaxed) || (IsOpen(state) && LoopOf(state) != last);
  };
  while (true) {
    if (!spins_ || !budget.Spin(news)) {
      while (!news()) state_.wait(state, std::memory_order_acquire);
    }
    if (stop_.load(std::memory_order_relaxed)) return;
    if (!state_.compare_exchange_weak(state, state + 1, std::memory_order_acq_rel)) continue;
    last = LoopOf(state);
    RunItems(worker);
    Leave();
  }
}

ExecContext::ExecContext(int threads) {
  if (threads <= 1) return;
  auto pool = std::make_shared<ThreadPool>(threads);
  threads_ = pool->threads();
  if (threads_ > 1) pool_ = std::move(pool);
}

}  // namespace gram
