#include "engine/model/readout.h"

#include <vector>

#include "engine/base/status.h"

namespace gram::model {

void ReadHead(const ops::Compute& compute, const HeadWeights& head, std::span<const int32_t> rows,
              const float* x, std::span<float> out) {
  if (head.second.data == nullptr) {
    for (size_t i = 0; i < rows.size(); ++i) {
      out[i] = ops::DotRow(compute, head.rows, static_cast<size_t>(rows[i]), x);
    }
    return;
  }
  GRAM_DCHECK(rows.size() == 1 && rows[0] == 0);
  std::vector<float> hidden(head.rows.count);
  ops::ParallelRows(compute.ctx, hidden.size(), [&](size_t row) {
    const float y = ops::DotRow(compute, head.rows, row, x) + head.bias[row];
    hidden[row] = y < 0 ? 0 : y;  // NaN stays NaN: what has overflowed must show
  });
  out[0] = ops::DotRow(compute, head.second, 0, hidden.data()) + head.second_bias[0];
}

}  // namespace gram::model
