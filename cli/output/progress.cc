#include "cli/output/progress.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <optional>
#include <utility>
#include <vector>

#include "cli/output/job_text.h"
#include "jobs/io/count_text.h"

namespace gram::cli {
namespace {

using jobs::Counted;
using jobs::Grouped;

constexpr double kSteadySeconds = 3;  // before that, a rate says little
constexpr size_t kMinBar = 10;
constexpr size_t kMaxBar = 40;

// The share of the input that is answered, in [0, 1]. The size may be an estimate.
std::optional<double> Share(const jobs::ProgressState& state) {
  if (state.size <= 0) return std::nullopt;
  const double share = static_cast<double>(state.position) / static_cast<double>(state.size);
  return std::clamp(share, 0.0, 1.0);
}

// Rounded down: 100 % is said only of all of it.
std::string Percent(double share) {
  return std::to_string(static_cast<int>(std::floor(share * 100))).append(" %");
}

std::optional<double> SecondsLeft(const jobs::ProgressState& state, double seconds) {
  const int64_t done = state.position - state.resumed_position;
  if (state.size <= 0 || done <= 0 || seconds < kSteadySeconds) return std::nullopt;
  const auto left = static_cast<double>(std::max<int64_t>(state.size - state.position, 0));
  return left * seconds / static_cast<double>(done);
}

std::string Speed(const jobs::ProgressState& state, double seconds) {
  if (state.tokens == 0 || seconds <= 0) return "";
  return Grouped(std::llround(static_cast<double>(state.tokens) / seconds)).append(" tokens/s");
}

// The figures, the most important first; those that are not known yet are left out.
std::vector<std::string> Figures(const jobs::ProgressState& state, double seconds) {
  std::vector<std::string> figures;
  if (const auto share = Share(state)) figures.push_back(Percent(*share));
  figures.push_back(Counted(state.rows, "row"));
  if (const auto left = SecondsLeft(state, seconds))
    figures.push_back(Duration(*left).append(" left"));
  if (state.failed > 0) figures.push_back(Counted(state.failed, "error"));
  if (std::string speed = Speed(state, seconds); !speed.empty()) figures.push_back(speed);
  figures.push_back(Counted(state.flips, "flip"));
  return figures;
}

std::string Joined(const std::vector<std::string>& figures, std::string_view separator) {
  std::string text;
  for (const std::string& figure : figures) {
    if (!text.empty()) text += separator;
    text += figure;
  }
  return text;
}

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

std::string ProgressBar(const jobs::ProgressState& state, double seconds, size_t columns) {
  std::vector<std::string> figures = Figures(state, seconds);
  std::string text = Joined(figures, "  ");
  while (text.size() > columns && figures.size() > 1) {
    figures.pop_back();
    text = Joined(figures, "  ");
  }
  if (text.size() > columns) return text.substr(0, columns);
  const auto share = Share(state);
  const size_t frame = 4;  // two brackets, two spaces
  if (!share || columns < text.size() + frame + kMinBar) return text;
  const size_t width = std::min(columns - text.size() - frame, kMaxBar);
  const auto filled = static_cast<size_t>(*share * static_cast<double>(width));
  std::string bar(1, '[');
  bar.append(filled, '#').append(width - filled, '.').append("]  ").append(text);
  return bar;
}

std::string ProgressLine(const jobs::ProgressState& state, double seconds) {
  return Joined(Figures(state, seconds), ", ");
}

std::string TotalsLine(const jobs::ProgressState& state, double seconds) {
  std::string text = Counted(state.rows, "row");
  if (state.resumed_rows > 0) {
    text += " (" + Grouped(state.resumed_rows) + " from an earlier run)";
  }
  text += " in " + Duration(seconds) + ", ";
  text += Counted(state.failed, "error") + ", ";
  text += Counted(state.flips, "flip");
  if (const std::string speed = Speed(state, seconds); !speed.empty()) text += ", " + speed;
  return text;
}

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
