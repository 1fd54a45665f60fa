// Pairs become prompts a window at a time, so that memory does not grow with their number; and what
// scoring them would take, found without a model.
#ifndef GRAM_ENGINE_API_PROMPT_WINDOWS_H_
#define GRAM_ENGINE_API_PROMPT_WINDOWS_H_

#include <array>
#include <atomic>
#include <cstddef>
#include <span>
#include <utility>
#include <vector>

#include "engine/api/prompt.h"
#include "engine/schedule/planner.h"
#include "gram/judge.h"

namespace gram::api {

/// The prompts among which common beginnings are found, and whose they are.
struct PromptWindow {
  std::vector<schedule::Prompt> prompts;           ///< two for each of `owners`: what is run
  std::vector<std::array<int, 2>> tokens;          ///< by owner: lengths of the whole prompts
  std::vector<size_t> owners;                      ///< index of the pair
  std::vector<TextNotes> notes;                    ///< by owner
  std::vector<std::pair<size_t, Status>> refused;  ///< pairs that make no prompts, and why
};

/// Cuts a list of pairs into windows.
class PromptWindows {
 public:
  /// Borrows all of it. A window ends with the pair that brings it to `window_tokens`.
  PromptWindows(const PromptMaker& maker, std::span<const PairView> pairs, size_t window_tokens,
                const std::atomic<bool>* cancel)
      : maker_(maker), pairs_(pairs), window_tokens_(window_tokens), cancel_(cancel) {}

  /// Fills `window` with the next pairs; false at the end or when cancelled, and then `window`
  /// means nothing.
  bool Next(PromptWindow* window);

  /// Whether pairs were left out because of `cancel`.
  bool cancelled() const { return cancelled_; }

 private:
  const PromptMaker& maker_;
  std::span<const PairView> pairs_;
  size_t window_tokens_;
  const std::atomic<bool>* cancel_;
  size_t next_ = 0;  // index of the first pair that was not taken
  bool cancelled_ = false;
};

/// What scoring the pairs would take: makes the windows and the plans that Score makes with the
/// same arguments; the instruction counts as cached, if the planner shares prefixes. Errors:
/// kCancelled, and those of PromptMaker::CommonPrefix.
Result<PlanSummary> PlanPairs(const PromptMaker& maker, std::span<const PairView> pairs,
                              const schedule::PlannerOptions& planner, size_t window_tokens,
                              const std::atomic<bool>* cancel);

}  // namespace gram::api

#endif  // GRAM_ENGINE_API_PROMPT_WINDOWS_H_
