#include "engine/api/window.h"

#include "engine/base/cancel.h"

namespace gram::api {

bool WindowReader::Next(Window* window) {
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
    for (schedule::Prompt& prompt : made->orders) {
      tokens += prompt.size();
      window->prompts.push_back(std::move(prompt));
    }
    window->owners.push_back(next_);
    window->notes.push_back(std::move(made->notes));
  }
  return next_ > first;
}

}  // namespace gram::api
