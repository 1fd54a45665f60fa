// Cuts a list of prompts into batches that share prefixes and keep to a token budget.
#ifndef GRAM_ENGINE_SCHEDULE_PLANNER_H_
#define GRAM_ENGINE_SCHEDULE_PLANNER_H_

#include <cstddef>
#include <span>
#include <vector>

#include "engine/schedule/plan.h"

namespace gram::schedule {

struct PlannerOptions {
  size_t batch_tokens = 8192;  ///< rows of a plan, unless a single prompt needs more
  bool share_prefixes = true;
  std::span<const TokenId> kept = {};  ///< tokens whose K/V the engine has (model::Forward::Keep)
};

/// Plans for all prompts. With sharing, prompts are taken in the order of their tokens, so that
/// those with a common prefix come together (rows with one question, opponents of one response);
/// without, as they come. Every prompt, empty ones excepted, has exactly one readout over all
/// plans, under its index in `prompts`.
std::vector<Plan> MakePlans(std::span<const Prompt> prompts, const PlannerOptions& options);

}  // namespace gram::schedule

#endif  // GRAM_ENGINE_SCHEDULE_PLANNER_H_
