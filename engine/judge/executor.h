// Runs prompts on a model: plans batches, forwards them, hands the logits back in the prompts'
// order.
#ifndef GRAM_ENGINE_JUDGE_EXECUTOR_H_
#define GRAM_ENGINE_JUDGE_EXECUTOR_H_

#include <array>
#include <atomic>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "engine/base/status.h"
#include "engine/model/forward.h"
#include "engine/schedule/planner.h"

namespace gram::judge {

/// The logits of the two choice tokens at a prompt's last position.
using ChoiceLogits = std::array<float, 2>;

/// What came of a list of prompts.
struct PromptRun {
  std::vector<std::optional<ChoiceLogits>> logits;  ///< by prompt; none where it was not run
  Status status;  ///< why prompts were not run: kInternal or kCancelled; ok if all were
};

/// Runs the prompts, batch by batch, until the first failure; adds the tokens of each batch that
/// was run to `tokens_computed`. Empty prompts are not run.
PromptRun RunPrompts(model::Forward* forward, std::span<const schedule::Prompt> prompts,
                     std::array<int32_t, 2> choices, const schedule::PlannerOptions& options,
                     std::atomic<int64_t>* tokens_computed);

}  // namespace gram::judge

#endif  // GRAM_ENGINE_JUDGE_EXECUTOR_H_
