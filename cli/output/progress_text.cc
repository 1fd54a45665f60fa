#include "cli/output/progress_text.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <optional>
#include <string_view>
#include <vector>

namespace gram::cli {
namespace {

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
    text += " (" + Grouped(state.resumed_rows) + " of an earlier run)";
  }
  text += " in " + Duration(seconds) + ", ";
  text += Counted(state.failed, "error") + ", ";
  text += Counted(state.flips, "flip");
  if (const std::string speed = Speed(state, seconds); !speed.empty()) text += ", " + speed;
  return text;
}

std::string Duration(double seconds) {
  constexpr int64_t kMinute = 60;
  constexpr int64_t kHour = 60 * kMinute;
  constexpr int64_t kDay = 24 * kHour;
  const int64_t whole = std::llround(seconds);
  std::array<char, 48> text{};
  const auto print = [&text](const char* format, int64_t large, int64_t small) {
    std::snprintf(text.data(), text.size(), format, static_cast<long long>(large),
                  static_cast<long long>(small));
  };
  if (whole < kMinute) return std::to_string(whole).append(" s");
  if (whole < kHour) return std::to_string(whole / kMinute).append(" min");
  if (whole < kDay) {
    print("%lld h %02lld min", whole / kHour, whole % kHour / kMinute);
  } else {
    print("%lld d %02lld h", whole / kDay, whole % kDay / kHour);
  }
  return text.data();
}

}  // namespace gram::cli
