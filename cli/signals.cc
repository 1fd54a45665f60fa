#include "cli/signals.h"

#include <signal.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <cstring>
#include <ctime>

#include "cli/exit.h"
#include "engine/base/files.h"

namespace gram::cli {
namespace {

constexpr int64_t kSameRequestMs = 1000;

// Global, since a handler can reach nothing else.
std::array<char, 8192> way_on{};
std::atomic<bool> requested_flag{false};
std::atomic<int64_t> requested_at{0};  // 0: not yet
static_assert(std::atomic<bool>::is_always_lock_free && std::atomic<int64_t>::is_always_lock_free);

void Write(const char* text) {
  [[maybe_unused]] const ssize_t ignored = ::write(STDERR_FILENO, text, std::strlen(text));
}

// Calls only what is safe in a signal handler.
void OnBusError(int number, siginfo_t* info, void*) {
  const char* path = MappedFileAt(info->si_addr);
  if (path == nullptr) {  // not ours: as if there were no handler
    ::signal(number, SIG_DFL);
    return;
  }
  Write("gram-cpu: ");
  Write(path);
  Write(" was cut short, or could not be read, while it was in use; put it back as it was");
  Write(way_on.data());
  Write("\n");
  ::_exit(kExitFailed);
}

int64_t NowMs() {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return int64_t{now.tv_sec} * 1000 + now.tv_nsec / 1000000;
}

// timeout(1), terminals and job launchers send one request to the process and again to its group:
// what comes right after the first is the same request.
void OnRequest(int number) {
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

void HandleSignals() {
  // The write that meets a closed pipe deals with it: on standard output it ends the program
  // quietly, and a run whose output is a file continues.
  ::signal(SIGPIPE, SIG_IGN);
  // Likewise the write that would make a file larger than it may be (ulimit -f).
  ::signal(SIGXFSZ, SIG_IGN);
  struct sigaction action {};
  action.sa_sigaction = OnBusError;
  action.sa_flags = SA_SIGINFO;
  ::sigemptyset(&action.sa_mask);
  ::sigaction(SIGBUS, &action, nullptr);
}

void SetWayOnAfterCut(const std::string& text) {
  const size_t bytes = text.copy(way_on.data(), way_on.size() - 1);
  way_on[bytes] = '\0';
}

Interrupt::Interrupt() {
  requested_flag = false;
  requested_at = 0;
  for (size_t i = 0; i < kSignals.size(); ++i) {
    ::sigaction(kSignals[i], nullptr, &before_[i]);
    if (before_[i].sa_handler == SIG_IGN) continue;
    struct sigaction action {};
    action.sa_handler = OnRequest;
    ::sigemptyset(&action.sa_mask);
    ::sigaction(kSignals[i], &action, nullptr);
  }
}

Interrupt::~Interrupt() {
  for (size_t i = 0; i < kSignals.size(); ++i) ::sigaction(kSignals[i], &before_[i], nullptr);
}

const std::atomic<bool>& Interrupt::flag() { return requested_flag; }

}  // namespace gram::cli
