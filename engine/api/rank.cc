// The public ranking: tournaments on the scores of a judge.
#include "engine/api/rank.h"

#include <memory>
#include <new>
#include <string>
#include <utility>

#include "engine/api/rank_rewards.h"
#include "engine/base/status.h"
#include "engine/rank/results.h"
#include "engine/rank/tournament.h"
#include "gram/option_names.h"

namespace gram {
namespace api {
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
      std::to_string(limit) + " responses: use knockout or linear, or raise the limit");
}

/// One ranking under way: which pairs of texts it wants scored next, and what came of them. Turns
/// the tournament's entrants into the task's responses and back. Move-only.
class Contest {
 public:
  /// `task` must outlive the contest. Errors: kInvalidArgument (no responses, too many for a round
  /// robin).
  static Result<Contest> Make(const RankTask& task, const RankOptions& options);

  /// The next comparisons, without their verdicts; none: the ranking is decided. They live until
  /// Take or the next Next.
  std::span<const RankComparison> Next();

  /// verdicts[i] is that of the i-th comparison of the last Next, for all of them. Errors: the
  /// first failed verdict's, annotated with its responses; kInvalidArgument (scores that are none).
  Status Take(std::span<const Result<Verdict>> verdicts);

  Pair PairOf(const RankComparison& comparison) const {
    return {task_->question, task_->responses[comparison.first],
            task_->responses[comparison.second]};
  }

  /// The result, once Next has nothing more to ask.
  Ranking Finish();

 private:
  Contest(const RankTask& task, rank::Distinct distinct, RankMethod method);
  void FindCycles(std::span<const size_t> places, Ranking& ranking) const;

  const RankTask* task_;
  rank::Distinct distinct_;
  RankMethod method_;
  std::unique_ptr<rank::Tournament> tournament_;
  std::vector<RankComparison> round_;  // asked for, not yet taken
  std::vector<RankComparison> comparisons_;
};

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

/// One task's share of a round.
struct Round {
  size_t task;
  std::span<const RankComparison> comparisons;  // the contest's
};

/// The verdicts on all comparisons of `rounds`, one after the other.
std::vector<Result<Verdict>> ScoreAll(const ScorePairs& score,
                                      const std::vector<Result<Contest>>& contests,
                                      const std::vector<Round>& rounds) {
  PortionScorer scorer(score);
  for (const Round& round : rounds) {
    for (const RankComparison& comparison : round.comparisons) {
      scorer.Add(contests[round.task]->PairOf(comparison));
    }
  }
  return scorer.Finish();
}

std::vector<Round> NextRounds(std::vector<Result<Contest>>& contests) {
  std::vector<Round> rounds;
  for (size_t i = 0; i < contests.size(); ++i) {
    if (!contests[i].ok()) continue;
    const Round round = {i, contests[i]->Next()};
    if (!round.comparisons.empty()) rounds.push_back(round);
  }
  return rounds;
}

/// More than the judge looks at together.
constexpr size_t kPortionBytes = size_t{16} << 20;

}  // namespace

void PortionScorer::Add(Pair pair) {
  bytes_ += pair.question.size() + pair.response1.size() + pair.response2.size();
  pairs_.push_back(std::move(pair));
  if (bytes_ >= kPortionBytes) Flush();
}

void PortionScorer::Flush() {
  if (pairs_.empty()) return;
  for (Result<Verdict>& verdict : score_(pairs_)) verdicts_.push_back(std::move(verdict));
  pairs_.clear();
  bytes_ = 0;
}

std::vector<Result<Verdict>> PortionScorer::Finish() {
  Flush();
  return std::move(verdicts_);
}

std::vector<Result<Ranking>> RankRounds(const ScorePairs& score, std::span<const RankTask> tasks,
                                        const RankOptions& options) {
  std::vector<Result<Contest>> contests;
  for (const RankTask& task : tasks) contests.push_back(Contest::Make(task, options));
  for (auto rounds = NextRounds(contests); !rounds.empty(); rounds = NextRounds(contests)) {
    const std::vector<Result<Verdict>> verdicts = ScoreAll(score, contests, rounds);
    std::span<const Result<Verdict>> rest = verdicts;
    for (const Round& round : rounds) {
      const size_t count = round.comparisons.size();
      const Status taken = contests[round.task]->Take(rest.first(count));
      if (!taken.ok()) contests[round.task] = taken;
      rest = rest.subspan(count);
    }
  }
  std::vector<Result<Ranking>> rankings;
  for (Result<Contest>& contest : contests) {
    rankings.push_back(contest.ok() ? Result<Ranking>(contest->Finish()) : contest.status());
  }
  return rankings;
}

}  // namespace api

std::string_view RankMethodName(RankMethod method) { return NameOf(kRankMethodNames, method); }

namespace {

Status NoMemory() { return OutOfMemory("out of memory; fewer or shorter responses need less"); }

/// Rankings of all tasks by what the judge gives: comparisons, or rewards.
std::vector<Result<Ranking>> RankWith(const api::ScorePairs& score, bool by_reward,
                                      std::span<const RankTask> tasks, const RankOptions& options) {
  return by_reward ? api::RankByReward(score, tasks) : api::RankRounds(score, tasks, options);
}

Result<Ranking> RankAlone(const api::ScorePairs& score, bool by_reward, const RankTask& task,
                          const RankOptions& options) {
  try {
    return std::move(RankWith(score, by_reward, {&task, 1}, options).front());
  } catch (const std::bad_alloc&) {
    return NoMemory();
  }
}

}  // namespace

Status CheckRankMethod(const EngineInfo& info, RankMethod method) {
  const bool asks_reward = method == RankMethod::kReward;
  if (method == RankMethod::kAuto || asks_reward == info.gives_reward) return {};
  return InvalidArgument("method " + std::string(RankMethodName(method)) +
                         (info.gives_reward
                              ? " compares answers, but this model gives each a reward"
                              : " is for reward models, but this model is a judge"));
}

std::vector<Result<Ranking>> RankAll(Judge& judge, std::span<const RankTask> tasks,
                                     const RankOptions& options,
                                     const ScoreOptions& score_options) {
  const auto score = [&](std::span<const Pair> pairs) { return judge.Score(pairs, score_options); };
  const bool by_reward = judge.info().gives_reward;
  // A message as short as this takes no memory of its own.
  std::vector<Result<Ranking>> rankings(tasks.size(), OutOfMemory("out of memory"));
  if (const Status wrong = CheckRankMethod(judge.info(), options.method); !wrong.ok()) {
    for (Result<Ranking>& ranking : rankings) ranking = wrong;
    return rankings;
  }
  if (tasks.size() > 1) {
    try {
      return RankWith(score, by_reward, tasks, options);
    } catch (const std::bad_alloc&) {
      // One that needs too much does not take others along: each is tried alone.
    }
  }
  for (size_t i = 0; i < tasks.size(); ++i) {
    rankings[i] = RankAlone(score, by_reward, tasks[i], options);
  }
  return rankings;
}

Result<Ranking> Rank(Judge& judge, const std::string& question,
                     const std::vector<std::string>& responses, const RankOptions& options,
                     const ScoreOptions& score_options) {
  try {
    const RankTask task = {question, responses};
    return std::move(RankAll(judge, std::span(&task, 1), options, score_options).front());
  } catch (const std::bad_alloc&) {
    return NoMemory();
  }
}

}  // namespace gram
