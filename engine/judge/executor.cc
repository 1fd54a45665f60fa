#include "engine/judge/executor.h"

namespace gram::judge {

PromptRun RunPrompts(model::Forward* forward, std::span<const schedule::Prompt> prompts,
                     std::array<int32_t, 2> choices, const schedule::PlannerOptions& options,
                     std::atomic<int64_t>* tokens_computed) {
  PromptRun run;
  run.logits.resize(prompts.size());
  for (const schedule::Plan& plan : schedule::MakePlans(prompts, options)) {
    const auto read = forward->Run(plan, choices);
    if (!read.ok()) {
      run.status = read.status();
      break;
    }
    *tokens_computed += static_cast<int64_t>(plan.tokens.size());
    for (size_t i = 0; i < read->size(); ++i) run.logits[plan.readouts[i].prompt] = (*read)[i];
  }
  return run;
}

}  // namespace gram::judge
