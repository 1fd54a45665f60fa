#include "cli/cut_file.h"

#include <signal.h>
#include <unistd.h>

#include <array>
#include <cstring>

#include "cli/exit.h"
#include "engine/base/files.h"

namespace gram::cli {
namespace {

// Global, since a handler can reach nothing else.
std::array<char, 8192> way_on{};

void Write(const char* text) {
  [[maybe_unused]] const ssize_t ignored = ::write(STDERR_FILENO, text, std::strlen(text));
}

// Nothing here but what a handler may call.
void OnBusError(int number, siginfo_t* info, void*) {
  const char* path = MappedFileAt(info->si_addr);
  if (path == nullptr) {  // not ours: as if there were no handler
    ::signal(number, SIG_DFL);
    return;
  }
  Write("gram-cpu: ");
  Write(path);
  Write(" was cut, or could not be read, while it was in use; put it back as it was");
  Write(way_on.data());
  Write("\n");
  ::_exit(kExitFailed);
}

}  // namespace

void ReportCutFiles() {
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

}  // namespace gram::cli
