// Packed weights that own their bytes, for tests.
#ifndef GRAM_TESTS_TESTING_PACKED_H_
#define GRAM_TESTS_TESTING_PACKED_H_

#include <algorithm>
#include <vector>

#include "engine/base/aligned_buffer.h"
#include "engine/gemm/matmul.h"
#include "tests/testing/random.h"

namespace gram::testing {

struct OwnedWeight {
  AlignedBuffer<std::byte> bytes;
  gemm::PackedWeight view;
};

/// Packs rows [n, k]; as bf16 the values are rounded.
inline OwnedWeight Pack(const std::vector<float>& rows, size_t n, size_t k, DType dtype) {
  OwnedWeight weight;
  weight.view = {{n, k, dtype}, nullptr};
  weight.bytes = AlignedBuffer<std::byte>(weight.view.bytes());
  weight.view.data = weight.bytes.data();
  const std::vector<Bf16> rounded = AsBf16(rows);
  for (size_t block = 0; block < weight.view.blocks(); ++block) {
    const size_t first = block * PackedLayout::kBlockCols;
    const size_t count = std::min(PackedLayout::kBlockCols, n - first);
    const void* source = dtype == DType::kBf16
                             ? static_cast<const void*>(rounded.data() + first * k)
                             : static_cast<const void*>(rows.data() + first * k);
    PackBlock(weight.view, source, count, weight.bytes.data() + block * weight.view.block_bytes());
  }
  return weight;
}

}  // namespace gram::testing

#endif  // GRAM_TESTS_TESTING_PACKED_H_
