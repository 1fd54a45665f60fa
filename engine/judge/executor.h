// Runs prompts on a model: plans batches, forwards them, hands the logits back in the prompts'
// order.
#ifndef GRAM_ENGINE_JUDGE_EXECUTOR_H_
#define GRAM_ENGINE_JUDGE_EXECUTOR_H_

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "engine/base/status.h"
#include "engine/model/forward.h"
#include "engine/schedule/planner.h"

namespace gram::judge {

/// The logits of the two choice tokens at a prompt's last position.
using ChoiceLogits = std::array<float, 2>;

/// result[i] belongs to prompts[i]; an empty prompt keeps NaN. `group_size` consecutive prompts
/// belong together (see schedule::MakePlans). Errors: kInternal.
Result<std::vector<ChoiceLogits>> RunPrompts(model::Forward* forward,
                                             std::span<const schedule::Prompt> prompts,
                                             std::array<int32_t, 2> choices,
                                             const schedule::PlannerOptions& options);

}  // namespace gram::judge

#endif  // GRAM_ENGINE_JUDGE_EXECUTOR_H_
