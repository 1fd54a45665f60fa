#include "cli/output/verdict_text.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <numeric>
#include <vector>

#include "jobs/io/count_text.h"
#include "jobs/verdicts/rank_line.h"

namespace gram::cli {
namespace {

constexpr int kVerdictBar = 40;  // characters
constexpr int kRankBar = 20;

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
  if (verdict.orders_agree) return "Both orders of the answers agree" + gap;
  return "The two orders of the answers disagree" + gap + " Treat it with caution.";
}

// The margin under the Bradley-Terry model that rewards are trained with.
std::string RewardText(const Verdict& verdict) {
  const double p = 1 / (1 + std::exp(-std::abs(verdict.margin)));
  return "Response 1  reward " + Fixed(verdict.score_response1, 4) + "\n" + "Response 2  reward " +
         Fixed(verdict.score_response2, 4) + "\n\n" + Winner(verdict) + " Margin " +
         Fixed(std::abs(verdict.margin), 4) + ", a probability of " + Fixed(p, 3) +
         " if rewards are log-odds.\n";
}

std::string RankLine(size_t number, const RankedResponse& response) {
  std::array<char, 160> buffer{};
  const int size = std::snprintf(
      buffer.data(), buffer.size(), "%4d  Response %-4zu  %s  %.4f  %+8.3f  %4d  %6d  %4d\n",
      response.rank, number, Bar(response.win_rate, kRankBar).c_str(), response.win_rate,
      response.strength, response.wins, response.losses, response.ties);
  return {buffer.data(), static_cast<size_t>(std::max(size, 0))};
}

std::string MethodText(RankMethod method) {
  if (method == RankMethod::kKnockout) return "Knock-out";
  if (method == RankMethod::kLinear) return "Linear scan";
  if (method == RankMethod::kReward) return "By reward";
  return "Round robin";
}

// "2, 5 and 7"
std::string Listed(const std::vector<size_t>& numbers) {
  std::string text;
  for (size_t i = 0; i < numbers.size(); ++i) {
    if (i > 0) text += i + 1 == numbers.size() ? " and " : ", ";
    text += std::to_string(numbers[i]);
  }
  return text;
}

std::string BestText(const Ranking& ranking) {
  const std::vector<size_t> best = jobs::BestOf(ranking);
  const bool alone = best.size() == 1;
  std::string text = alone ? "Response " : "Responses ";
  text += Listed(best);
  text += alone ? " is best." : " are tied for the best.";
  return text;
}

std::string Contradictions(const Ranking& ranking) {
  std::string text;
  if (ranking.intransitive_triples > 0) {
    text += "Contradictions: ";
    text += jobs::Counted(ranking.intransitive_triples, "triple");
    text += ranking.intransitive_triples == 1 ? " of responses beats" : " of responses beat";
    text += " each other in a circle.\n";
  }
  if (!ranking.top_cycle.empty()) {
    text += "The best response is in doubt: ";
    for (const size_t response : ranking.top_cycle) {
      text += std::to_string(response + 1);
      text += " beats ";
    }
    text += std::to_string(ranking.top_cycle.front() + 1);
    text += ".\n";
  }
  return text;
}

std::string Summary(const Ranking& ranking) {
  std::string text = BestText(ranking);
  text += ' ';
  text += MethodText(ranking.method);
  if (ranking.method == RankMethod::kReward) return text + ".\n";
  text += ", ";
  text += jobs::Counted(static_cast<int64_t>(ranking.comparisons.size()), "comparison");
  if (const size_t doubtful = jobs::OrdersDisagree(ranking); doubtful > 0) {
    text += "; in ";
    text += std::to_string(doubtful);
    text += " the two orders of the answers disagree";
  }
  text += ".\n";
  return text;
}

}  // namespace

std::string Bar(double score, int width) {
  const double clamped = std::isfinite(score) ? std::clamp(score, 0.0, 1.0) : 0.0;
  const auto filled = static_cast<size_t>(std::lround(clamped * width));
  return std::string(filled, '#') + std::string(static_cast<size_t>(width) - filled, '.');
}

std::string VerdictText(const Verdict& verdict) {
  if (verdict.is_reward) return RewardText(verdict);
  std::string text;
  text += "Response 1  " + Bar(verdict.score_response1, kVerdictBar) + "  " +
          Fixed(verdict.score_response1, 4) + "\n";
  text += "Response 2  " + Bar(verdict.score_response2, kVerdictBar) + "  " +
          Fixed(verdict.score_response2, 4) + "\n\n";
  text += Winner(verdict) + " " + Agreement(verdict) + "\n";
  return text;
}

std::string RankText(const Ranking& ranking) {
  std::vector<size_t> order(ranking.responses.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) {
    return ranking.responses[a].rank < ranking.responses[b].rank;
  });
  std::string text =
      "Rank                 Win rate                      Strength  Wins  Losses  Ties\n";
  for (const size_t i : order) text += RankLine(i + 1, ranking.responses[i]);
  text += '\n';
  text += Summary(ranking);
  text += Contradictions(ranking);
  return text;
}

}  // namespace gram::cli
