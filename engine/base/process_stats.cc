#include "engine/base/process_stats.h"

#include <unistd.h>

#include <ctime>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <string_view>

namespace gram {
namespace {

std::string ReadAll(const char* path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

}  // namespace

Result<double> SecondsSinceProcessStart() {
  constexpr int kFieldsBefore = 19;  // between the program's name and field 22, the start
  const std::string stat = ReadAll("/proc/self/stat");
  const size_t name_end = stat.rfind(')');  // the name itself may hold anything
  std::istringstream fields(name_end == std::string::npos ? "" : stat.substr(name_end + 1));
  std::string skipped;
  for (int i = 0; i < kFieldsBefore; ++i) fields >> skipped;
  double start_ticks = 0;
  timespec now{};
  const auto ticks_per_second = static_cast<double>(::sysconf(_SC_CLK_TCK));
  if (!(fields >> start_ticks) || ticks_per_second <= 0 ||
      ::clock_gettime(CLOCK_BOOTTIME, &now) != 0) {
    return IoError("/proc/self/stat does not tell when this process started");
  }
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9 -
         start_ticks / ticks_per_second;
}

Result<double> AnonymousBytes() {
  constexpr std::string_view kField = "RssAnon:";
  const std::string status = ReadAll("/proc/self/status");
  const size_t at = status.find(kField);
  double kib = 0;
  if (at != std::string::npos && std::istringstream(status.substr(at + kField.size())) >> kib) {
    return kib * 1024;
  }
  return IoError("/proc/self/status does not tell this process's anonymous memory");
}

}  // namespace gram
