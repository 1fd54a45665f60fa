// One ranking under way: which pairs of texts it wants scored next, and what came of them.
#ifndef GRAM_ENGINE_API_CONTEST_H_
#define GRAM_ENGINE_API_CONTEST_H_

#include <memory>
#include <span>
#include <vector>

#include "engine/rank/distinct.h"
#include "engine/rank/tournament.h"
#include "gram/rank.h"

namespace gram::api {

/// Turns the tournament's entrants into the task's responses and back. Move-only.
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

}  // namespace gram::api

#endif  // GRAM_ENGINE_API_CONTEST_H_
