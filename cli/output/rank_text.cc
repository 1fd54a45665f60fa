#include "cli/output/rank_text.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <numeric>

#include "cli/output/verdict_text.h"
#include "jobs/io/count_text.h"
#include "jobs/verdicts/rank_line.h"

namespace gram::cli {
namespace {

constexpr int kBarWidth = 20;

std::string Line(size_t number, const RankedResponse& response) {
  std::array<char, 160> buffer{};
  const int size = std::snprintf(
      buffer.data(), buffer.size(), "%4d  Response %-4zu  %s  %.4f  %+8.3f  %4d  %6d  %4d\n",
      response.rank, number, Bar(response.win_rate, kBarWidth).c_str(), response.win_rate,
      response.strength, response.wins, response.losses, response.ties);
  return {buffer.data(), static_cast<size_t>(std::max(size, 0))};
}

std::string MethodText(RankMethod method) {
  if (method == RankMethod::kKnockout) return "Knock-out";
  if (method == RankMethod::kLinear) return "Linear scan";
  return "Round robin";
}

// "2, 5 and 7"
std::string Join(const std::vector<size_t>& numbers) {
  std::string text;
  for (size_t i = 0; i < numbers.size(); ++i) {
    if (i > 0) text += i + 1 == numbers.size() ? " and " : ", ";
    text += std::to_string(numbers[i]);
  }
  return text;
}

std::string Winner(const Ranking& ranking) {
  const std::vector<size_t> best = jobs::BestOf(ranking);
  const bool alone = best.size() == 1;
  std::string text = alone ? "Response " : "Responses ";
  text += Join(best);
  text += alone ? " is best." : " are tied for the best.";
  return text;
}

std::string Contradictions(const Ranking& ranking) {
  std::string text;
  if (ranking.intransitive_triples > 0) {
    text += "Contradictions: ";
    text += jobs::Counted(ranking.intransitive_triples, "time");
    text += " three responses beat each other in a circle.\n";
  }
  if (!ranking.top_cycle.empty()) {
    text += "The best is not beyond doubt: ";
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
  std::string text = Winner(ranking);
  text += ' ';
  text += MethodText(ranking.method);
  text += ", ";
  text += jobs::Counted(static_cast<int64_t>(ranking.comparisons.size()), "comparison");
  if (const size_t doubtful = jobs::OrdersDisagree(ranking); doubtful > 0) {
    text += "; in ";
    text += std::to_string(doubtful);
    text += " the two orders of showing them disagree";
  }
  text += ".\n";
  return text;
}

}  // namespace

std::string RankText(const Ranking& ranking) {
  std::vector<size_t> order(ranking.responses.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) {
    return ranking.responses[a].rank < ranking.responses[b].rank;
  });
  std::string text =
      "Rank                 Win rate                      Strength  Wins  Losses  Ties\n";
  for (const size_t i : order) text += Line(i + 1, ranking.responses[i]);
  text += '\n';
  text += Summary(ranking);
  text += Contradictions(ranking);
  return text;
}

}  // namespace gram::cli
