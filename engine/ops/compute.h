// What every operation is run with: kernels, matmul and threads of one engine.
#ifndef GRAM_ENGINE_OPS_COMPUTE_H_
#define GRAM_ENGINE_OPS_COMPUTE_H_

#include <array>
#include <chrono>
#include <cstddef>

#include "engine/base/rounding.h"
#include "engine/base/thread_pool.h"
#include "engine/gemm/matmul.h"
#include "engine/kernels/kernel_table.h"

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

struct Compute {
  const kernels::KernelTable* kernels = nullptr;
  gemm::MatMul* matmul = nullptr;
  ExecContext ctx;
  StageSeconds* clock = nullptr;  ///< adds up time by stage where set
  /// Rows that activation matrices have room for, where they lie in panels (kernel_table.h); 0:
  /// they are row-major.
  size_t panel_rows = 0;

  /// Bytes of one activation element.
  size_t activation_bytes() const { return ElementBytes(kernels->activations); }
  /// Of an activation matrix.
  kernels::ActivationLayout Layout(size_t width) const {
    return kernels::ActivationLayout::Of(width, panel_rows);
  }
};

/// body(row) for every row in [0, rows), a few rows an item of work.
template <typename Body>
void ParallelRows(const ExecContext& ctx, size_t rows, const Body& body) {
  constexpr size_t kRowsAnItem = 8;
  ParallelFor(ctx, static_cast<int64_t>(CeilDiv(rows, kRowsAnItem)), [&](int64_t item, int) {
    const size_t first = static_cast<size_t>(item) * kRowsAnItem;
    const size_t last = first + kRowsAnItem < rows ? first + kRowsAnItem : rows;
    for (size_t row = first; row < last; ++row) body(row);
  });
}

}  // namespace gram::ops

#endif  // GRAM_ENGINE_OPS_COMPUTE_H_
