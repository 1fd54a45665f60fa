#include "jobs/verdicts/rank_row.h"

#include <algorithm>
#include <set>
#include <span>
#include <string_view>

#include "jobs/verdicts/output_row.h"

namespace gram::jobs {
namespace {

template <typename Item, typename ToText>
std::string List(std::span<const Item> items, const ToText& to_text) {
  std::string text = "[";
  for (size_t i = 0; i < items.size(); ++i) {
    if (i > 0) text += ',';
    text += to_text(items[i]);
  }
  return text + "]";
}

std::string Count(size_t value) { return std::to_string(value); }

// Responses are counted from 1 in all that is written.
std::string Number(size_t response) { return Count(response + 1); }

std::string Numbers(const std::vector<size_t>& responses) {
  return List(std::span(responses), Number);
}

// One list with what `member` is of each response, in the input's order.
template <typename Member>
std::string Field(const char* name, const Ranking& ranking, Member RankedResponse::*member) {
  std::string text(",\"");
  text += name;
  text += "\":";
  return text + List(std::span(ranking.responses), [member](const RankedResponse& response) {
           if constexpr (std::is_floating_point_v<Member>) {
             return JsonNumber(response.*member);
           } else {
             return std::to_string(response.*member);
           }
         });
}

int64_t Tokens(const Ranking& ranking) {
  int64_t tokens = 0;
  for (const RankComparison& comparison : ranking.comparisons) {
    for (const OrderVerdict& order : comparison.verdict.orders) tokens += order.tokens;
  }
  return tokens;
}

std::string CyclesJson(const Ranking& ranking) {
  std::string text = ",\"intransitive_triples\":" + std::to_string(ranking.intransitive_triples);
  text += ",\"cyclic_groups\":" + List(std::span(ranking.cyclic_groups), Numbers);
  text += ",\"top_cycle\":" + Numbers(ranking.top_cycle);
  return text;
}

std::string ComparisonJson(const RankComparison& comparison) {
  std::string text = "{\"first\":" + Number(comparison.first);
  text += ",\"second\":" + Number(comparison.second);
  text += ",\"score_first\":" + JsonNumber(comparison.verdict.score_response1);
  text += ",\"order_gap\":" + JsonNumber(comparison.verdict.order_gap);
  text += comparison.verdict.orders_agree ? ",\"orders_agree\":true}" : ",\"orders_agree\":false}";
  return text;
}

std::string JsonText(const std::string& text) { return JsonString(text); }

// The best ones, of several with one text the first; among equals in the order of the row.
std::vector<size_t> TopOf(const InputRow& row, const Ranking& ranking, size_t count) {
  std::vector<size_t> order;
  std::set<std::string_view> seen;
  for (size_t i = 0; i < row.responses.size(); ++i) {
    if (seen.insert(row.responses[i]).second) order.push_back(i);
  }
  std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) {
    return ranking.responses[a].rank < ranking.responses[b].rank;
  });
  order.resize(std::min(order.size(), count));
  return order;
}

std::string TopJson(const InputRow& row, const Ranking& ranking, const RankLineOptions& options) {
  const std::vector<size_t> top = TopOf(row, ranking, options.top);
  return List(std::span(top), [&](size_t i) {
    const RankedResponse& response = ranking.responses[i];
    std::string text = "{\"response\":" + Number(i) + ",\"rank\":" + std::to_string(response.rank) +
                       ",\"win_rate\":" + JsonNumber(response.win_rate) +
                       ",\"strength\":" + JsonNumber(response.strength);
    if (options.attach) text += ",\"text\":" + JsonString(row.responses[i]);
    return text + "}";
  });
}

}  // namespace

std::vector<size_t> BestOf(const Ranking& ranking) {
  std::vector<size_t> best;
  for (size_t i = 0; i < ranking.responses.size(); ++i) {
    if (ranking.responses[i].rank == 1) best.push_back(i + 1);
  }
  return best;
}

size_t OrdersDisagree(const Ranking& ranking) {
  return static_cast<size_t>(std::count_if(
      ranking.comparisons.begin(), ranking.comparisons.end(),
      [](const RankComparison& comparison) { return !comparison.verdict.orders_agree; }));
}

std::optional<bool> TopIsCorrect(const InputRow& row, const Ranking& ranking) {
  if (row.quality.empty()) return std::nullopt;
  const auto range = std::minmax_element(row.quality.begin(), row.quality.end());
  const double best = *range.second;
  if (*range.first == best) return std::nullopt;
  const std::vector<size_t> top = BestOf(ranking);
  return std::all_of(top.begin(), top.end(),
                     [&](size_t number) { return row.quality[number - 1] == best; });
}

std::string RankLine(const InputRow& row, const Ranking& ranking, const RankLineOptions& options) {
  std::string line = "{\"id\":" + row.id_json;
  line += ",\"method\":" + JsonString(RankMethodName(ranking.method));
  line += ",\"best\":" + List(std::span<const size_t>(BestOf(ranking)), Count);
  line += Field("ranks", ranking, &RankedResponse::rank);
  line += Field("win_rates", ranking, &RankedResponse::win_rate);
  line += Field("wins", ranking, &RankedResponse::wins);
  line += Field("losses", ranking, &RankedResponse::losses);
  line += Field("ties", ranking, &RankedResponse::ties);
  line += Field("strengths", ranking, &RankedResponse::strength);
  line += ",\"comparisons_used\":" + Count(ranking.comparisons.size());
  line += ",\"orders_disagree\":" + Count(OrdersDisagree(ranking));
  line += ",\"tokens\":" + std::to_string(Tokens(ranking));
  // The comparisons of the other methods cannot contradict each other.
  if (ranking.method == RankMethod::kRoundRobin) line += CyclesJson(ranking);
  if (const auto correct = TopIsCorrect(row, ranking)) {
    line += *correct ? ",\"correct\":true" : ",\"correct\":false";
  }
  if (options.matches) {
    line += ",\"matches\":" + List(std::span(ranking.comparisons), ComparisonJson);
  }
  if (options.attach) line += ",\"question\":" + JsonString(row.question);
  if (options.attach && options.top == 0) {
    line += ",\"responses\":" + List(std::span(row.responses), JsonText);
  }
  if (options.top > 0) line += ",\"top\":" + TopJson(row, ranking, options);
  return line + UnreadLabelsMember(row) + row.kept + "}\n";
}

}  // namespace gram::jobs
