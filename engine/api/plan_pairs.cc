#include "engine/api/plan_pairs.h"

#include <cstdint>
#include <utility>
#include <vector>

#include "engine/api/window.h"

namespace gram::api {
namespace {

/// Adds the window's pairs to `summary`.
void AddPairs(Window* window, PlanSummary* summary) {
  for (auto& [index, status] : window->refused) summary->pairs[index] = std::move(status);
  for (size_t i = 0; i < window->owners.size(); ++i) {
    PairPlan pair = {.tokens = {}, .notes = std::move(window->notes[i])};
    for (size_t order = 0; order < pair.tokens.size(); ++order) {
      pair.tokens[order] = static_cast<int>(window->prompts[2 * i + order].size());
      summary->tokens += pair.tokens[order];
    }
    summary->prompts += 2;
    summary->pairs[window->owners[i]] = std::move(pair);
  }
}

}  // namespace

Result<PlanSummary> PlanPairs(const PromptMaker& maker, std::span<const Pair> pairs,
                              const schedule::PlannerOptions& planner, size_t window_tokens,
                              const std::atomic<bool>* cancel) {
  schedule::PlannerOptions options = planner;
  std::vector<int32_t> kept;
  if (options.share_prefixes) {
    GRAM_ASSIGN_OR_RETURN(kept, maker.CommonPrefix());
  }
  options.kept = kept;
  const Status cancelled = Cancelled("cancelled before all pairs were planned");
  PlanSummary summary;
  summary.instruction = static_cast<int64_t>(kept.size());
  summary.pairs.assign(pairs.size(), cancelled);
  WindowReader reader(maker, pairs, window_tokens, cancel);
  for (Window window; reader.Next(&window);) {
    AddPairs(&window, &summary);
    for (const schedule::Plan& plan : schedule::MakePlans(window.prompts, options)) {
      summary.computed += static_cast<int64_t>(plan.tokens.size());
    }
  }
  if (reader.cancelled()) return cancelled;
  return summary;
}

}  // namespace gram::api
