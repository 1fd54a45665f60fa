// Where the time of a forward pass goes, by stage.
#ifndef GRAM_ENGINE_OPS_STAGE_CLOCK_H_
#define GRAM_ENGINE_OPS_STAGE_CLOCK_H_

#include <array>
#include <chrono>
#include <cstddef>

namespace gram::ops {

enum class Stage : size_t { kEmbed, kNormRope, kMatMul, kAttention, kReadout, kCount };

/// Seconds of wall time by stage. Stages do not nest. kReadout is final norm and LM head.
using StageSeconds = std::array<double, static_cast<size_t>(Stage::kCount)>;

/// Adds the time it lives to one stage; does nothing for a null sink.
class StageTimer {
 public:
  StageTimer(StageSeconds* sink, Stage stage) : sink_(sink), stage_(stage) {
    if (sink_ != nullptr) start_ = std::chrono::steady_clock::now();
  }
  ~StageTimer() {
    if (sink_ == nullptr) return;
    const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - start_;
    (*sink_)[static_cast<size_t>(stage_)] += passed.count();
  }
  StageTimer(const StageTimer&) = delete;
  StageTimer& operator=(const StageTimer&) = delete;

 private:
  StageSeconds* sink_;
  Stage stage_;
  std::chrono::steady_clock::time_point start_;
};

}  // namespace gram::ops

#endif  // GRAM_ENGINE_OPS_STAGE_CLOCK_H_
