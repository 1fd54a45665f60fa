#include "cli/interrupt.h"

#include <cstdint>
#include <ctime>

namespace gram::cli {
namespace {

constexpr int64_t kSameRequestMs = 1000;

// Global, since a handler can reach nothing else.
std::atomic<bool> requested_flag{false};
std::atomic<int64_t> requested_at{0};  // 0: not yet
static_assert(std::atomic<bool>::is_always_lock_free && std::atomic<int64_t>::is_always_lock_free);

int64_t NowMs() {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return int64_t{now.tv_sec} * 1000 + now.tv_nsec / 1000000;
}

// timeout(1), terminals and job launchers send one request to the process and again to its group:
// what comes right after the first is the same request.
void OnSignal(int number) {
  int64_t first = 0;
  if (requested_at.compare_exchange_strong(first, NowMs())) {
    requested_flag = true;
    return;
  }
  if (NowMs() - first < kSameRequestMs) return;
  ::signal(number, SIG_DFL);
  ::raise(number);  // takes effect when this handler returns
}

}  // namespace

Interrupt::Interrupt() {
  requested_flag = false;
  requested_at = 0;
  for (size_t i = 0; i < kSignals.size(); ++i) {
    ::sigaction(kSignals[i], nullptr, &before_[i]);
    if (before_[i].sa_handler == SIG_IGN) continue;
    struct sigaction action {};
    action.sa_handler = OnSignal;
    ::sigemptyset(&action.sa_mask);
    ::sigaction(kSignals[i], &action, nullptr);
  }
}

Interrupt::~Interrupt() {
  for (size_t i = 0; i < kSignals.size(); ++i) ::sigaction(kSignals[i], &before_[i], nullptr);
}

const std::atomic<bool>& Interrupt::flag() { return requested_flag; }

}  // namespace gram::cli
