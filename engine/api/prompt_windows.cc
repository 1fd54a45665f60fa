#include "engine/api/prompt_windows.h"

#include <cstdint>

#include "engine/base/thread_pool.h"

namespace gram::api {
namespace {

/// Adds the window's pairs to `summary`.
void AddPairs(PromptWindow* window, PlanSummary* summary) {
  for (auto& [index, status] : window->refused) summary->pairs[index] = std::move(status);
  for (size_t i = 0; i < window->owners.size(); ++i) {
    for (const int tokens : window->tokens[i]) summary->tokens += tokens;
    summary->prompts += 2;
    summary->pairs[window->owners[i]] = PairPlan{window->tokens[i], std::move(window->notes[i])};
  }
}

}  // namespace

bool PromptWindows::Next(PromptWindow* window) {
  *window = {};
  const size_t first = next_;
  for (size_t tokens = 0; next_ < pairs_.size() && tokens < window_tokens_; ++next_) {
    cancelled_ = IsSet(cancel_);
    if (cancelled_) return false;
    Result<PairPrompts> made = maker_.Prompts(pairs_[next_]);
    if (!made.ok()) {
      window->refused.emplace_back(next_, made.status());
      continue;
    }
    window->tokens.push_back(
        {static_cast<int>(made->prompts[0].size()), static_cast<int>(made->prompts[1].size())});
    for (schedule::Prompt& prompt : made->prompts) {
      prompt.resize(maker_.protocol().TokensToRun(prompt));
      tokens += prompt.size();
      window->prompts.push_back(std::move(prompt));
    }
    window->owners.push_back(next_);
    window->notes.push_back(std::move(made->notes));
  }
  return next_ > first;
}

Result<PlanSummary> PlanPairs(const PromptMaker& maker, std::span<const PairView> pairs,
                              const schedule::PlannerOptions& planner, size_t window_tokens,
                              const std::atomic<bool>* cancel) {
  schedule::PlannerOptions options = planner;
  std::vector<int32_t> cached;
  if (options.share_limit > 0) {
    GRAM_ASSIGN_OR_RETURN(cached, maker.CommonPrefix());
  }
  options.cached = cached;
  const Status cancelled = Cancelled("cancelled before all pairs were planned");
  PlanSummary summary;
  summary.instruction = static_cast<int64_t>(cached.size());
  summary.pairs.assign(pairs.size(), cancelled);
  PromptWindows reader(maker, pairs, window_tokens, cancel);
  for (PromptWindow window; reader.Next(&window);) {
    AddPairs(&window, &summary);
    for (const schedule::Plan& plan : schedule::MakePlans(window.prompts, options)) {
      summary.computed += static_cast<int64_t>(plan.tokens.size());
    }
  }
  if (reader.cancelled()) return cancelled;
  return summary;
}

}  // namespace gram::api
