#include "cli/output/progress.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <utility>

namespace gram::cli {
namespace {

constexpr std::string_view kClearLine = "\r\x1b[K";
constexpr double kRedraw = 0.2;       // seconds between two bars
constexpr double kFirstLogLine = 10;  // seconds to the first line of a log
constexpr double kLogLine = 60;       // between two of the others
constexpr size_t kUsualColumns = 80;

size_t TerminalColumns() {
  winsize size{};
  const bool known = ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
  return known ? size.ws_col : kUsualColumns;
}

double MonotonicSeconds() {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration<double>(now).count();
}

}  // namespace

ProgressDisplay StandardError() {
  return {::isatty(STDERR_FILENO) != 0, TerminalColumns, MonotonicSeconds,
          [](std::string_view text) { std::fwrite(text.data(), 1, text.size(), stderr); }};
}

Progress::Progress(bool enabled, ProgressDisplay display)
    : enabled_(enabled),
      display_(std::move(display)),
      start_(display_.seconds()),
      next_(display_.terminal ? 0 : kFirstLogLine) {}

Progress::~Progress() { ClearLine(); }

void Progress::ClearLine() {
  if (std::exchange(drawn_, false)) display_.write(kClearLine);
}

void Progress::Show(const std::string& text) {
  if (!enabled_ || !display_.terminal) return;
  display_.write(std::string(kClearLine) + text);
  drawn_ = true;
}

void Progress::Update(const jobs::ProgressState& state) {
  const double elapsed = Elapsed();
  if (!enabled_ || elapsed < next_) return;
  if (display_.terminal) {
    // The last column stays free: a full line would wrap on some terminals.
    const size_t columns = display_.columns();
    Show(ProgressBar(state, elapsed, columns > 1 ? columns - 1 : 1));
    next_ = elapsed + kRedraw;
    return;
  }
  display_.write("gram-cpu: " + ProgressLine(state, elapsed) + "\n");
  // On the minute of the run's own clock, however late this one was.
  if (next_ < kLogLine) next_ = kLogLine;
  while (next_ <= elapsed) next_ += kLogLine;
}

// Said however quiet the user wants it: it tells of something that is not as it should be.
void Progress::Notice(const std::string& text) {
  ClearLine();
  display_.write("gram-cpu: " + text + "\n");
}

void Progress::Finish(const jobs::ProgressState& state) {
  if (!enabled_) return;
  ClearLine();
  display_.write("gram-cpu: " + TotalsLine(state, Elapsed()) + "\n");
}

}  // namespace gram::cli
