// Cuts a list of prompts into batches that share prefixes and keep to a token budget.
#ifndef GRAM_ENGINE_SCHEDULE_PLANNER_H_
#define GRAM_ENGINE_SCHEDULE_PLANNER_H_

#include <cstddef>
#include <span>
#include <vector>

#include "engine/schedule/plan.h"

namespace gram::schedule {

struct PlannerOptions {
  size_t batch_tokens = 8192;  ///< rows of a plan, unless a single group is longer
  bool share_prefixes = true;
};

/// Plans for all prompts, in order. Prompts that belong together (a pair's two orders) form a
/// group: `group_size` consecutive prompts, never split between plans. Every prompt, empty ones
/// excepted, has exactly one readout over all plans, under its index in `prompts`.
std::vector<Plan> MakePlans(std::span<const Prompt> prompts, size_t group_size,
                            const PlannerOptions& options);

}  // namespace gram::schedule

#endif  // GRAM_ENGINE_SCHEDULE_PLANNER_H_
