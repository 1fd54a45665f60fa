#include "jobs/verdicts/rank_line.h"

#include <algorithm>
#include <limits>
#include <set>
#include <string_view>
#include <type_traits>

#include "jobs/verdicts/fields.h"
#include "jobs/verdicts/value_text.h"
#include "jobs/verdicts/verdict_line.h"

namespace gram::jobs {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

std::string Count(size_t value) { return std::to_string(value); }

// Responses are counted from 1 in all that is written.
std::string Number(size_t response) { return Count(response + 1); }

std::string Numbers(const std::vector<size_t>& responses) { return JsonList(responses, Number); }

// One list with what `member` is of each response, in the input's order.
template <typename Member>
std::string ListOf(const Ranking& ranking, Member RankedResponse::*member) {
  return JsonList(ranking.responses, [member](const RankedResponse& response) {
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
    tokens += PromptTokens(comparison.verdict);
  }
  for (const RankedResponse& response : ranking.responses) tokens += response.tokens;
  return tokens;
}

std::string ComparisonJson(const RankComparison& comparison) {
  return JsonMembers()
      .Add(fields::kFirst, Number(comparison.first))
      .Add(fields::kSecond, Number(comparison.second))
      .Add(fields::kScoreFirst, JsonNumber(comparison.verdict.score_response1))
      .Add(fields::kOrderGap, JsonNumber(comparison.verdict.order_gap))
      .Add(fields::kOrdersAgree, JsonBool(comparison.verdict.orders_agree))
      .Object();
}

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
  return JsonList(TopOf(row, ranking, options.top), [&](size_t i) {
    const RankedResponse& response = ranking.responses[i];
    JsonMembers members;
    members.Add(fields::kResponse, Number(i))
        .Add(fields::kRank, std::to_string(response.rank))
        .Add(fields::kWinRate, JsonNumber(response.win_rate))
        .Add(fields::kStrength, JsonNumber(response.strength));
    if (options.attach) members.Add(fields::kText, JsonString(row.responses[i]));
    return members.Object();
  });
}

// What the line says of the ranking as a whole.
void AddRanking(const InputRow& row, const Ranking& ranking, JsonMembers& members) {
  members.Add(fields::kMethod, JsonString(RankMethodName(ranking.method)))
      .Add(fields::kBest, JsonList(BestOf(ranking), Count))
      .Add(fields::kRanks, ListOf(ranking, &RankedResponse::rank))
      .Add(fields::kWinRates, ListOf(ranking, &RankedResponse::win_rate))
      .Add(fields::kWins, ListOf(ranking, &RankedResponse::wins))
      .Add(fields::kLosses, ListOf(ranking, &RankedResponse::losses))
      .Add(fields::kTies, ListOf(ranking, &RankedResponse::ties))
      .Add(fields::kStrengths, ListOf(ranking, &RankedResponse::strength));
  if (ranking.method == RankMethod::kReward) {
    members.Add(fields::kRewards, ListOf(ranking, &RankedResponse::reward));
  }
  members.Add(fields::kComparisonsUsed, Count(ranking.comparisons.size()))
      .Add(fields::kOrdersDisagree, Count(OrdersDisagree(ranking)))
      .Add(fields::kTokens, std::to_string(Tokens(ranking)));
  // The comparisons of the other methods cannot contradict each other.
  if (ranking.method == RankMethod::kRoundRobin) {
    members.Add(fields::kIntransitiveTriples, std::to_string(ranking.intransitive_triples))
        .Add(fields::kCyclicGroups, JsonList(ranking.cyclic_groups, Numbers))
        .Add(fields::kTopCycle, Numbers(ranking.top_cycle));
  }
  if (const auto correct = TopIsCorrect(row, ranking)) {
    members.Add(fields::kCorrect, JsonBool(*correct));
  }
}

void AddOnRequest(const InputRow& row, const Ranking& ranking, const RankLineOptions& options,
                  JsonMembers& members) {
  if (options.matches) {
    members.Add(fields::kMatches, JsonList(ranking.comparisons, ComparisonJson));
  }
  if (options.attach) members.Add(fields::kQuestion, JsonString(row.question));
  if (options.attach && options.top == 0) {
    members.Add(fields::kResponses, JsonList(row.responses, JsonString));
  }
  if (options.top > 0) members.Add(fields::kTop, TopJson(row, ranking, options));
}

// A list of as many numbers as there are answers.
std::vector<double> ReadList(JsonLineParser& parser, const JsonLine& line, std::string_view name,
                             LineRecord& record) {
  const JsonField* list = line.Find(name);
  if (list == nullptr) {
    record.Fault("no " + std::string(name));
    return {};
  }
  const std::optional<std::vector<double>> numbers = ReadNumbers(parser, *list);
  if (!numbers) record.Fault(std::string(name) + " holds something that is not a number");
  return numbers.value_or(std::vector<double>());
}

// The largest order gap of the comparisons that the line lists, if it does.
std::optional<double> LargestOrderGap(JsonLineParser& parser, const JsonLine& line,
                                      LineRecord& record) {
  const JsonField* list = line.Find(fields::kMatches);
  if (list == nullptr) return std::nullopt;
  double largest = 0;
  for (const JsonField& match : parser.Open(*list).fields) {
    const std::optional<double> gap = ReadNumber(parser.Open(match).Find(fields::kOrderGap));
    if (!gap || *gap < 0 || *gap > 1) {
      record.Fault("a match whose " + std::string(fields::kOrderGap) +
                   " is missing or out of range");
    }
    largest = gap && *gap == *gap ? std::max(largest, *gap) : kInfinity;
  }
  return largest;
}

void CheckRanks(const LineRanking& ranking, LineRecord& record) {
  if (ranking.ranks.empty() || ranking.ranks.size() != ranking.strengths.size()) {
    return record.Fault(std::string(fields::kRanks) + " and " + std::string(fields::kStrengths) +
                        " differ in number");
  }
  const double best = *std::min_element(ranking.ranks.begin(), ranking.ranks.end());
  if (best != 1) record.Fault("no rank is 1");
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

ResultLine WriteRanking(const InputRow& row, const Ranking& ranking,
                        const RankLineOptions& options) {
  ResultLine line;
  LineRanking& record = line.record.ranking.emplace();
  record.is_reward = ranking.method == RankMethod::kReward;
  record.correct = TopIsCorrect(row, ranking);
  record.comparisons = static_cast<int64_t>(ranking.comparisons.size());
  record.orders_disagree = static_cast<int64_t>(OrdersDisagree(ranking));
  record.orders_agree = record.orders_disagree == 0;
  record.tokens = Tokens(ranking);
  JsonMembers members;
  members.Add(fields::kId, row.id_json);
  AddRanking(row, ranking, members);
  AddOnRequest(row, ranking, options, members);
  AddUnreadLabels(row, members, line.record);
  line.text = "{" + members.text() + row.kept + "}\n";
  return line;
}

std::string RankLine(const InputRow& row, const Ranking& ranking, const RankLineOptions& options) {
  return WriteRanking(row, ranking, options).text;
}

void ReadRanking(JsonLineParser& parser, const JsonLine& line, const JsonField& used,
                 LineRecord& record) {
  LineRanking ranking;
  ranking.ranks = ReadList(parser, line, fields::kRanks, record);
  ranking.strengths = ReadList(parser, line, fields::kStrengths, record);
  const std::optional<int64_t> disagree = ReadCount(line.Find(fields::kOrdersDisagree));
  if (!disagree) record.Fault(std::string(fields::kOrdersDisagree) + " is not a count");
  CheckRanks(ranking, record);
  ranking.responses = ranking.ranks.size();
  ranking.is_reward = line.Find(fields::kRewards) != nullptr;
  ranking.lead = ranking.ranks.size() == ranking.strengths.size() ? LeadOfBest(ranking) : kNaN;
  ranking.orders_agree = disagree == 0;
  ranking.correct = ReadTruth(line.Find(fields::kCorrect));
  ranking.order_gap = LargestOrderGap(parser, line, record);
  ranking.tokens = ReadCount(line.Find(fields::kTokens)).value_or(0);
  const std::optional<int64_t> comparisons = ReadCount(&used);
  if (comparisons && disagree && *disagree <= *comparisons) {
    ranking.comparisons = *comparisons;
    ranking.orders_disagree = *disagree;
  }
  record.ranking = std::move(ranking);
}

double LeadOfBest(const LineRanking& ranking, std::span<const std::string> texts) {
  const auto& ranks = ranking.ranks;
  const auto best = static_cast<size_t>(std::find(ranks.begin(), ranks.end(), 1) - ranks.begin());
  if (best == ranks.size()) return kNaN;
  double next = -kInfinity;
  for (size_t i = 0; i < ranks.size(); ++i) {
    if (i == best || (!texts.empty() && texts[i] == texts[best])) continue;
    if (ranks[i] == 1) return 0;
    next = std::max(next, ranking.strengths[i]);
  }
  return ranking.strengths[best] - next;
}

}  // namespace gram::jobs
