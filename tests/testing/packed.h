// Packed weights that own their bytes, for tests.
#ifndef GRAM_TESTS_TESTING_PACKED_H_
#define GRAM_TESTS_TESTING_PACKED_H_

#include <algorithm>
#include <vector>

#include "engine/base/aligned_buffer.h"
#include "engine/gemm/packed_weight.h"
#include "tests/testing/random.h"

namespace gram::testing {

struct OwnedWeight {
  AlignedBuffer<std::byte> bytes;
  gemm::PackedWeight view;
};

/// Packs rows [n, k]; as bf16 the values are rounded.
inline OwnedWeight Pack(const std::vector<float>& rows, size_t n, size_t k, gemm::WeightType type) {
  OwnedWeight weight;
  weight.view = {nullptr, n, k, type};
  weight.bytes = AlignedBuffer<std::byte>(weight.view.bytes());
  weight.view.data = weight.bytes.data();
  const std::vector<Bf16> rounded = AsBf16(rows);
  for (size_t block = 0; block < weight.view.blocks(); ++block) {
    const size_t first = block * gemm::kBlockCols;
    const size_t count = std::min(gemm::kBlockCols, n - first);
    std::byte* out = weight.bytes.data() + block * weight.view.block_bytes();
    if (type == gemm::WeightType::kBf16) {
      gemm::PackBlock(rounded.data() + first * k, count, k, reinterpret_cast<Bf16*>(out));
    } else {
      gemm::PackBlock(rows.data() + first * k, count, k, reinterpret_cast<float*>(out));
    }
  }
  return weight;
}

}  // namespace gram::testing

#endif  // GRAM_TESTS_TESTING_PACKED_H_
