#include "engine/gemm/packed_weight.h"

#include <algorithm>

#include "engine/base/status.h"

namespace gram::gemm {
namespace {

template <typename T, size_t kPair>
void PackBlockAs(const T* rows, size_t n_rows, size_t k, T* block) {
  GRAM_DCHECK(n_rows <= kBlockCols);
  const size_t unit = 16 * kPair;
  const size_t padded_k = (k + unit - 1) / unit * unit;
  std::fill_n(block, kBlockCols * padded_k, T{});
  for (size_t n = 0; n < n_rows; ++n) {
    const T* row = rows + n * k;
    T* column = block + n * kPair;
    for (size_t i = 0; i < k; ++i) column[i / kPair * kBlockCols * kPair + i % kPair] = row[i];
  }
}

}  // namespace

void PackBlock(const Bf16* rows, size_t n_rows, size_t k, Bf16* block) {
  PackBlockAs<Bf16, 2>(rows, n_rows, k, block);
}

void PackBlock(const float* rows, size_t n_rows, size_t k, float* block) {
  PackBlockAs<float, 1>(rows, n_rows, k, block);
}

}  // namespace gram::gemm
