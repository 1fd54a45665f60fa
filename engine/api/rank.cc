// The public ranking: tournaments on the scores of a judge.
#include "gram/rank.h"

#include <new>
#include <utility>

#include "engine/api/rank_rounds.h"
#include "engine/base/status.h"

namespace gram {

std::string_view RankMethodName(RankMethod method) {
  switch (method) {
    case RankMethod::kAuto:
      return "auto";
    case RankMethod::kRoundRobin:
      return "round_robin";
    case RankMethod::kKnockout:
      return "knockout";
    case RankMethod::kLinear:
      return "linear";
  }
  return "unknown";
}

std::vector<Result<Ranking>> RankAll(Judge& judge, std::span<const RankTask> tasks,
                                     const RankOptions& options,
                                     const ScoreOptions& score_options) {
  const auto score = [&](std::span<const Pair> pairs) { return judge.Score(pairs, score_options); };
  try {
    return api::RankRounds(score, tasks, options);
  } catch (const std::bad_alloc&) {
    if (tasks.size() == 1)
      return {OutOfMemory("out of memory; fewer or shorter responses need less")};
  }
  // One that needs too much does not take others along.
  std::vector<Result<Ranking>> rankings;
  for (const RankTask& task : tasks) {
    rankings.push_back(std::move(RankAll(judge, {&task, 1}, options, score_options).front()));
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
    return Internal("out of memory; rank fewer at a time");
  }
}

}  // namespace gram
