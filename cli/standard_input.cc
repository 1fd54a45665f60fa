#include "cli/standard_input.h"

#include <poll.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "cli/exit.h"

namespace gram::cli {
namespace {

bool PipeHasBytes() {
  pollfd request{STDIN_FILENO, POLLIN, 0};
  int ready = 0;
  do {
    ready = ::poll(&request, 1, -1);
  } while (ready < 0 && errno == EINTR);
  int bytes = 0;
  return ready > 0 && ::ioctl(STDIN_FILENO, FIONREAD, &bytes) == 0 && bytes > 0;
}

}  // namespace

bool StandardInputHasRows() {
  struct stat info {};
  if (::fstat(STDIN_FILENO, &info) != 0) return false;
  if (S_ISREG(info.st_mode)) return ::lseek(STDIN_FILENO, 0, SEEK_CUR) < info.st_size;
  return (S_ISFIFO(info.st_mode) || S_ISSOCK(info.st_mode)) && PipeHasBytes();
}

void UseStandardInput(std::vector<std::string>& inputs, bool quiet) {
  if (!inputs.empty() || !StandardInputHasRows()) return;
  inputs.emplace_back("-");
  if (!quiet) Say("reading rows from standard input");
}

}  // namespace gram::cli
