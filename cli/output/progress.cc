#include "cli/output/progress.h"

#include <unistd.h>

#include <array>
#include <cstdio>

namespace gram::cli {
namespace {

constexpr const char* kClearLine = "\r\x1b[K";

}  // namespace

Progress::Progress(bool enabled) : enabled_(enabled && ::isatty(STDERR_FILENO) != 0) {}

Progress::~Progress() {
  if (enabled_) std::fputs(kClearLine, stderr);
}

void Progress::Show(const std::string& text) {
  if (enabled_) std::fprintf(stderr, "%s%s", kClearLine, text.c_str());
}

void Progress::ShowRows(int64_t rows) {
  if (!enabled_) return;
  const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start_;
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%lld rows, %.2f rows/s", static_cast<long long>(rows),
                static_cast<double>(rows) / elapsed.count());
  Show(text.data());
}

}  // namespace gram::cli
