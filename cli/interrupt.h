// Being asked to stop: SIGINT, SIGTERM and SIGHUP as a flag that the work looks at.
#ifndef GRAM_CLI_INTERRUPT_H_
#define GRAM_CLI_INTERRUPT_H_

#include <signal.h>

#include <array>
#include <atomic>

namespace gram::cli {

/// While an object lives, the first of these signals sets the flag, and one that comes a second
/// later or more ends the process at once. Signals that were ignored stay ignored (nohup). One
/// object at a time.
class Interrupt {
 public:
  Interrupt();
  ~Interrupt();
  Interrupt(const Interrupt&) = delete;
  Interrupt& operator=(const Interrupt&) = delete;

  /// Set once a signal has come while an object lived; cleared by the next object.
  static const std::atomic<bool>& flag();
  static bool requested() { return flag().load(); }

  static constexpr std::array<int, 3> kSignals = {SIGINT, SIGTERM, SIGHUP};

 private:
  std::array<struct sigaction, kSignals.size()> before_{};
};

}  // namespace gram::cli

#endif  // GRAM_CLI_INTERRUPT_H_
