// Being asked to stop: SIGINT, SIGTERM and SIGHUP as a flag that the work looks at.
#ifndef GRAM_JOBS_RUN_INTERRUPT_H_
#define GRAM_JOBS_RUN_INTERRUPT_H_

#include <signal.h>

#include <array>
#include <atomic>

namespace gram::jobs {

/// While an object lives, the first of these signals sets the flag, and one that comes a second
/// later or more ends the process at once. Signals that were ignored stay ignored (nohup). One
/// object at a time.
class Interrupt {
 public:
  Interrupt();
  ~Interrupt();
  Interrupt(const Interrupt&) = delete;
  Interrupt& operator=(const Interrupt&) = delete;

  /// Set once a signal has come; never cleared while the object lives.
  const std::atomic<bool>& flag() const;
  bool requested() const { return flag().load(); }

  static constexpr std::array<int, 3> kSignals = {SIGINT, SIGTERM, SIGHUP};

 private:
  std::array<struct sigaction, kSignals.size()> before_{};
};

}  // namespace gram::jobs

#endif  // GRAM_JOBS_RUN_INTERRUPT_H_
