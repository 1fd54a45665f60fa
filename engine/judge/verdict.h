// From prompts to a verdict: runs them on a model, and makes a score of the two orders of a pair.
#ifndef GRAM_ENGINE_JUDGE_VERDICT_H_
#define GRAM_ENGINE_JUDGE_VERDICT_H_

#include <array>
#include <atomic>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "engine/base/status.h"
#include "engine/model/forward.h"
#include "engine/schedule/planner.h"
#include "gram/judge.h"
#include "gram/options.h"

namespace gram::judge {

/// What came of a list of prompts.
struct PromptRun {
  std::vector<std::optional<model::HeadValues>> values;  ///< by prompt; none where it was not run
  Status status;  ///< why prompts were not run, as Forward::Run says; ok if all were
};

/// Plans batches of the prompts and runs them one by one until the first failure; adds the tokens
/// of each batch that was run to `tokens_computed`. Empty prompts are not run. `head_rows` are what
/// is read at each prompt's end.
PromptRun RunPrompts(model::Forward* forward, std::span<const schedule::Prompt> prompts,
                     std::span<const int32_t> head_rows, const schedule::PlannerOptions& options,
                     std::atomic<int64_t>* tokens_computed);

/// Fills the scores of a verdict from the logits in orders[0] (response 1 in slot A) and orders[1]
/// (response 2 in slot A); the logits must be finite. Scoring::kAverage is the formula of the
/// paper's evaluation script; kCardSnippet that of the model card's example: with the table [[A1,
/// B1], [B2, A2]], the softmax over the orders (columns), averaged over the slots. margin,
/// order_gap and orders_agree follow the same choice, except that order_gap and orders_agree always
/// speak of p1 and p2.
Verdict Combine(const std::array<OrderVerdict, 2>& orders, Scoring scoring);

/// The verdict of two finite rewards: the greater is better, and the margin is their difference.
Verdict CompareRewards(const std::array<double, 2>& rewards,
                       const std::array<RewardPrompt, 2>& prompts);

}  // namespace gram::judge

#endif  // GRAM_ENGINE_JUDGE_VERDICT_H_
