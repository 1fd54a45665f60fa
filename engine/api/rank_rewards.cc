#include "engine/api/rank_rewards.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>
#include <utility>

#include "engine/base/status.h"
#include "engine/rank/results.h"

namespace gram::api {
namespace {

/// What a reward model said of one text.
struct Reward {
  double value = 0;
  int tokens = 0;
};

/// The second of the pair that begins with entrant `first`: the next, or, of an odd number's last,
/// itself, which costs nothing, since equal prompts are computed once.
size_t PartnerOf(size_t first, size_t entrants) { return std::min(first + 1, entrants - 1); }

/// Each entrant's place by reward: the number of entrants with a greater one.
std::vector<size_t> Places(const std::vector<Reward>& rewards) {
  std::vector<double> sorted;
  for (const Reward& reward : rewards) sorted.push_back(-reward.value);
  std::sort(sorted.begin(), sorted.end());
  std::vector<size_t> places;
  for (const Reward& reward : rewards) {
    const auto first = std::lower_bound(sorted.begin(), sorted.end(), -reward.value);
    places.push_back(static_cast<size_t>(first - sorted.begin()));
  }
  return places;
}

/// How an entrant stands against all others.
RankedResponse StandingOf(size_t entrant, const std::vector<Reward>& rewards, double mean) {
  const Reward& own = rewards[entrant];
  RankedResponse response;
  double wins = 0;
  for (size_t i = 0; i < rewards.size(); ++i) {
    if (i == entrant) continue;
    const double lead = own.value - rewards[i].value;
    wins += 1 / (1 + std::exp(-lead));
    ++(lead > 0 ? response.wins : lead < 0 ? response.losses : response.ties);
  }
  if (rewards.size() > 1) response.win_rate = wins / static_cast<double>(rewards.size() - 1);
  response.strength = own.value - mean;
  response.reward = own.value;
  response.tokens = own.tokens;
  return response;
}

Ranking RankingOf(const rank::Distinct& distinct, const std::vector<Reward>& rewards) {
  const double sum = std::accumulate(rewards.begin(), rewards.end(), 0.0,
                                     [](double s, const Reward& r) { return s + r.value; });
  const double mean = sum / static_cast<double>(rewards.size());
  const std::vector<int> ranks = rank::CompetitionRanks(distinct, Places(rewards));
  Ranking ranking;
  ranking.method = RankMethod::kReward;
  for (size_t i = 0; i < ranks.size(); ++i) {
    ranking.responses.push_back(StandingOf(distinct.entrant_of[i], rewards, mean));
    ranking.responses.back().rank = ranks[i];
  }
  return ranking;
}

/// The rewards of one task's entrants; `verdicts` are those of its pairs.
Result<std::vector<Reward>> RewardsOf(const rank::Distinct& distinct,
                                      std::span<const Result<Verdict>> verdicts) {
  const size_t entrants = distinct.text_of.size();
  std::vector<Reward> rewards(entrants);
  for (size_t i = 0; i < verdicts.size(); ++i) {
    const size_t first = 2 * i;
    const size_t second = PartnerOf(first, entrants);
    if (!verdicts[i].ok()) {
      return Annotate(verdicts[i].status(),
                      "responses " + std::to_string(distinct.text_of[first] + 1) + " and " +
                          std::to_string(distinct.text_of[second] + 1));
    }
    const Verdict& verdict = *verdicts[i];
    rewards[second] = {verdict.score_response2, verdict.prompts[1].tokens};
    rewards[first] = {verdict.score_response1, verdict.prompts[0].tokens};
  }
  return rewards;
}

}  // namespace

std::vector<Result<Ranking>> RankByReward(const ScorePairs& score,
                                          std::span<const RankTask> tasks) {
  std::vector<rank::Distinct> distinct;
  PortionScorer scorer(score);
  for (const RankTask& task : tasks) {
    distinct.push_back(rank::FindDistinct(task.responses));
    const std::vector<size_t>& texts = distinct.back().text_of;
    for (size_t i = 0; i < texts.size(); i += 2) {
      scorer.Add({task.question, task.responses[texts[i]],
                  task.responses[texts[PartnerOf(i, texts.size())]]});
    }
  }
  const std::vector<Result<Verdict>> verdicts = scorer.Finish();
  std::span<const Result<Verdict>> rest = verdicts;
  std::vector<Result<Ranking>> rankings;
  for (const rank::Distinct& texts : distinct) {
    const size_t pairs = (texts.text_of.size() + 1) / 2;
    if (pairs == 0) {
      rankings.emplace_back(InvalidArgument("there are no responses to rank"));
      continue;
    }
    const auto rewards = RewardsOf(texts, rest.first(pairs));
    rest = rest.subspan(pairs);
    rankings.push_back(rewards.ok() ? Result<Ranking>(RankingOf(texts, *rewards))
                                    : rewards.status());
  }
  return rankings;
}

}  // namespace gram::api
