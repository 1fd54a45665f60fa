#include "engine/judge/executor.h"

#include <limits>

namespace gram::judge {

Result<std::vector<ChoiceLogits>> RunPrompts(model::Forward* forward,
                                             std::span<const schedule::Prompt> prompts,
                                             std::array<int32_t, 2> choices,
                                             const schedule::PlannerOptions& options) {
  constexpr float kNone = std::numeric_limits<float>::quiet_NaN();
  std::vector<ChoiceLogits> logits(prompts.size(), {kNone, kNone});
  for (const schedule::Plan& plan : schedule::MakePlans(prompts, options)) {
    GRAM_ASSIGN_OR_RETURN(const std::vector<ChoiceLogits> read, forward->Run(plan, choices));
    for (size_t i = 0; i < read.size(); ++i) logits[plan.readouts[i].prompt] = read[i];
  }
  return logits;
}

}  // namespace gram::judge
