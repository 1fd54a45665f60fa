#include "engine/api/rank_rounds.h"

#include <utility>

#include "engine/api/contest.h"
#include "engine/base/status.h"

namespace gram::api {
namespace {

/// Text handed to the scorer at a time. Pairs hold copies of their texts, and a round robin has
/// many pairs; this is more than the judge looks at together.
constexpr size_t kPortionBytes = size_t{16} << 20;

/// One task's share of a round.
struct Round {
  size_t task;
  std::span<const RankComparison> comparisons;  // the contest's
};

size_t Bytes(const Pair& pair) {
  return pair.question.size() + pair.response1.size() + pair.response2.size();
}

/// The verdicts on all comparisons of `rounds`, one after the other.
std::vector<Result<Verdict>> ScoreAll(const PairScorer& score,
                                      const std::vector<Result<Contest>>& contests,
                                      const std::vector<Round>& rounds) {
  std::vector<Result<Verdict>> verdicts;
  std::vector<Pair> pairs;
  size_t bytes = 0;
  const auto flush = [&] {
    if (pairs.empty()) return;
    for (Result<Verdict>& verdict : score(pairs)) verdicts.push_back(std::move(verdict));
    pairs.clear();
    bytes = 0;
  };
  for (const Round& round : rounds) {
    for (const RankComparison& comparison : round.comparisons) {
      pairs.push_back(contests[round.task]->PairOf(comparison));
      bytes += Bytes(pairs.back());
      if (bytes >= kPortionBytes) flush();
    }
  }
  flush();
  return verdicts;
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

}  // namespace

std::vector<Result<Ranking>> RankRounds(const PairScorer& score, std::span<const RankTask> tasks,
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

}  // namespace gram::api
