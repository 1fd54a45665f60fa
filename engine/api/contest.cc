#include "engine/api/contest.h"

#include <string>
#include <utility>

#include "engine/rank/bradley_terry.h"
#include "engine/rank/cycles.h"
#include "engine/rank/standing.h"

namespace gram::api {
namespace {

RankMethod Choose(RankMethod method, size_t entrants) {
  if (method != RankMethod::kAuto) return method;
  return entrants <= kAutoRoundRobin ? RankMethod::kRoundRobin : RankMethod::kKnockout;
}

std::unique_ptr<rank::Tournament> MakeTournament(RankMethod method, size_t entrants) {
  if (method == RankMethod::kKnockout) return rank::MakeKnockout(entrants);
  if (method == RankMethod::kLinear) return rank::MakeLinearScan(entrants);
  return rank::MakeRoundRobin(entrants);
}

Status TooMany(size_t entrants, size_t limit) {
  return InvalidArgument(
      "a round robin of " + std::to_string(entrants) + " different responses needs " +
      std::to_string(entrants * (entrants - 1) / 2) + " comparisons; the limit is " +
      std::to_string(limit) + " responses: take knockout or linear, or raise the limit");
}

}  // namespace

Contest::Contest(const RankTask& task, rank::Distinct distinct, RankMethod method)
    : task_(&task),
      distinct_(std::move(distinct)),
      method_(method),
      tournament_(MakeTournament(method, distinct_.text_of.size())) {}

Result<Contest> Contest::Make(const RankTask& task, const RankOptions& options) {
  if (task.responses.empty()) return InvalidArgument("there are no responses to rank");
  rank::Distinct distinct = rank::FindDistinct(task.responses);
  const size_t entrants = distinct.text_of.size();
  const RankMethod method = Choose(options.method, entrants);
  if (method == RankMethod::kRoundRobin && entrants > options.round_robin_limit) {
    return TooMany(entrants, options.round_robin_limit);
  }
  return Contest(task, std::move(distinct), method);
}

std::span<const RankComparison> Contest::Next() {
  round_.clear();
  for (const rank::Match& match : tournament_->Next()) {
    round_.push_back({distinct_.text_of[match.first], distinct_.text_of[match.second], {}});
  }
  return round_;
}

Status Contest::Take(std::span<const Result<Verdict>> verdicts) {
  std::vector<rank::Score> scores;
  for (size_t i = 0; i < round_.size(); ++i) {
    RankComparison& asked = round_[i];
    if (!verdicts[i].ok()) {
      return Annotate(verdicts[i].status(), "responses " + std::to_string(asked.first + 1) +
                                                " and " + std::to_string(asked.second + 1));
    }
    asked.verdict = *verdicts[i];
    scores.push_back({asked.verdict.score_response1, asked.verdict.score_response2});
  }
  GRAM_RETURN_IF_ERROR(tournament_->Take(scores));
  comparisons_.insert(comparisons_.end(), round_.begin(), round_.end());
  return {};
}

void Contest::FindCycles(std::span<const size_t> places, Ranking& ranking) const {
  const rank::BeatsGraph beats(places.size(), tournament_->games());
  const auto as_responses = [this](std::vector<size_t> entrants) {
    for (size_t& entrant : entrants) entrant = distinct_.text_of[entrant];
    return entrants;
  };
  ranking.intransitive_triples = beats.IntransitiveTriples();
  for (std::vector<size_t>& group : beats.Groups()) {
    ranking.cyclic_groups.push_back(as_responses(std::move(group)));
  }
  for (size_t i = 0; i < places.size() && ranking.top_cycle.empty(); ++i) {
    if (places[i] == 0) ranking.top_cycle = as_responses(beats.CycleThrough(i));
  }
}

Ranking Contest::Finish() {
  const size_t entrants = tournament_->entrants();
  const auto& games = tournament_->games();
  const std::vector<size_t> places = tournament_->Places();
  const std::vector<int> ranks = rank::CompetitionRanks(distinct_, places);
  const std::vector<rank::Standing> standings = rank::Standings(entrants, games);
  const std::vector<double> strengths = rank::BradleyTerry(entrants, games);
  Ranking ranking;
  ranking.method = method_;
  for (size_t i = 0; i < ranks.size(); ++i) {
    const size_t entrant = distinct_.entrant_of[i];
    const rank::Standing& standing = standings[entrant];
    ranking.responses.push_back({ranks[i], standing.win_rate, standing.wins, standing.losses,
                                 standing.draws, strengths[entrant]});
  }
  ranking.comparisons = std::move(comparisons_);
  // The comparisons of the other methods form a tree.
  if (method_ == RankMethod::kRoundRobin) FindCycles(places, ranking);
  return ranking;
}

}  // namespace gram::api
