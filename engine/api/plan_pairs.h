// What scoring a list of pairs would take, found without a model.
#ifndef GRAM_ENGINE_API_PLAN_PAIRS_H_
#define GRAM_ENGINE_API_PLAN_PAIRS_H_

#include <atomic>
#include <cstddef>
#include <span>

#include "engine/api/prompt.h"
#include "engine/schedule/planner.h"
#include "gram/judge.h"

namespace gram::api {

/// Makes the windows and the plans that Score makes with the same arguments; the instruction counts
/// as kept, if the planner shares prefixes. Errors: kCancelled.
Result<PlanSummary> PlanPairs(const PromptMaker& maker, std::span<const Pair> pairs,
                              const schedule::PlannerOptions& planner, size_t window_tokens,
                              const std::atomic<bool>* cancel);

}  // namespace gram::api

#endif  // GRAM_ENGINE_API_PLAN_PAIRS_H_
