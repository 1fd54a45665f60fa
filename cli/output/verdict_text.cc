#include "cli/output/verdict_text.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

namespace gram::cli {
namespace {

constexpr int kBarWidth = 40;

std::string Fixed(double value, int digits) {
  std::array<char, 64> buffer{};
  const int size = std::snprintf(buffer.data(), buffer.size(), "%.*f", digits, value);
  return {buffer.data(), static_cast<size_t>(std::max(size, 0))};
}

std::string Winner(const Verdict& verdict) {
  if (verdict.response1_is_better) return "Response 1 is better.";
  if (verdict.score_response2 > verdict.score_response1) return "Response 2 is better.";
  return "Neither response is better.";
}

std::string Agreement(const Verdict& verdict) {
  const std::string gap = " (gap " + Fixed(verdict.order_gap, 3) + ").";
  if (verdict.orders_agree) return "Both orders of showing them agree" + gap;
  return "The two orders of showing them disagree" + gap + " Take it with care.";
}

}  // namespace

std::string Bar(double score, int width) {
  const double clamped = std::isfinite(score) ? std::clamp(score, 0.0, 1.0) : 0.0;
  const auto filled = static_cast<size_t>(std::lround(clamped * width));
  return std::string(filled, '#') + std::string(static_cast<size_t>(width) - filled, '.');
}

std::string VerdictText(const Verdict& verdict) {
  std::string text;
  text += "Response 1  " + Bar(verdict.score_response1, kBarWidth) + "  " +
          Fixed(verdict.score_response1, 4) + "\n";
  text += "Response 2  " + Bar(verdict.score_response2, kBarWidth) + "  " +
          Fixed(verdict.score_response2, 4) + "\n\n";
  text += Winner(verdict) + " " + Agreement(verdict) + "\n";
  return text;
}

}  // namespace gram::cli
