// Whether a caller has asked to stop.
#ifndef GRAM_ENGINE_BASE_CANCEL_H_
#define GRAM_ENGINE_BASE_CANCEL_H_

#include <atomic>

namespace gram {

/// Whether the flag, which may be null, is set. Nothing else is read by its leave, so relaxed.
inline bool IsSet(const std::atomic<bool>* flag) {
  return flag != nullptr && flag->load(std::memory_order_relaxed);
}

}  // namespace gram

#endif  // GRAM_ENGINE_BASE_CANCEL_H_
