// The signals that the program handles.
#ifndef GRAM_CLI_SIGNALS_H_
#define GRAM_CLI_SIGNALS_H_

#include <signal.h>

#include <array>
#include <atomic>
#include <string>

namespace gram::cli {

/// Makes writes to a closed pipe, or beyond the size that a file may have, fail as writes do, and
/// ends the process with a line on standard error and exit code 1 where a mapped file is cut by
/// somebody and then read behind its new end: in place of a death by SIGPIPE, SIGXFSZ or SIGBUS
/// without a word. What the process has written by then stays as it is.
void HandleSignals();

/// What the line about a cut file says after that: how to continue, once the file is whole again.
/// Before any work starts that could meet such a file; not thread-safe.
void SetWayOnAfterCut(const std::string& text);

/// Being asked to stop. While an object lives, the first SIGINT, SIGTERM or SIGHUP sets a flag that
/// the work looks at, and one that comes a second later or more ends the process at once. Signals
/// that were ignored stay ignored (nohup). One object at a time.
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

#endif  // GRAM_CLI_SIGNALS_H_
