#include "cli/progress.h"

#include <unistd.h>

#include <cstdio>

namespace gram::cli {

Progress::Progress(bool enabled) : enabled_(enabled && ::isatty(STDERR_FILENO) != 0) {}

Progress::~Progress() {
  if (enabled_) std::fputs("\r\x1b[K", stderr);
}

void Progress::Update(int64_t rows) {
  if (!enabled_) return;
  const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start_;
  std::fprintf(stderr, "\r\x1b[K%lld rows, %.2f rows/s", static_cast<long long>(rows),
               static_cast<double>(rows) / elapsed.count());
}

}  // namespace gram::cli
