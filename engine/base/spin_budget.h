// How long a thread may wait on the CPU before it goes to sleep.
#ifndef GRAM_ENGINE_BASE_SPIN_BUDGET_H_
#define GRAM_ENGINE_BASE_SPIN_BUDGET_H_

#include <algorithm>
#include <chrono>

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

}  // namespace gram

#endif  // GRAM_ENGINE_BASE_SPIN_BUDGET_H_
