// What every operation is run with: kernels, matmul and threads of one engine.
#ifndef GRAM_ENGINE_OPS_COMPUTE_H_
#define GRAM_ENGINE_OPS_COMPUTE_H_

#include <cstddef>

#include "engine/base/thread_pool.h"
#include "engine/gemm/matmul.h"
#include "engine/kernels/kernel_table.h"
#include "engine/ops/stage_clock.h"

namespace gram::ops {

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
  /// Of an activation matrix, elements.
  size_t row_stride(size_t width) const { return panel_rows == 0 ? width : kernels::kPanelCols; }
  size_t panel_stride() const {
    return panel_rows == 0 ? kernels::kPanelCols : panel_rows * kernels::kPanelCols;
  }
};

/// body(row) for every row in [0, rows), a few rows an item of work.
template <typename Body>
void ParallelRows(const ExecContext& ctx, size_t rows, const Body& body) {
  constexpr size_t kRowsAnItem = 8;
  ParallelFor(ctx, static_cast<int64_t>((rows + kRowsAnItem - 1) / kRowsAnItem),
              [&](int64_t item, int) {
                const size_t first = static_cast<size_t>(item) * kRowsAnItem;
                const size_t last = first + kRowsAnItem < rows ? first + kRowsAnItem : rows;
                for (size_t row = first; row < last; ++row) body(row);
              });
}

}  // namespace gram::ops

#endif  // GRAM_ENGINE_OPS_COMPUTE_H_
