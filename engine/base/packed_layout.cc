#include "engine/base/packed_layout.h"

#include <algorithm>

#include "engine/base/status.h"

namespace gram {
namespace {

// What PackedLayout::At says, with the pair known to the compiler: no division in the loop.
template <typename Bits>
void PackElements(const PackedLayout& layout, const Bits* rows, size_t count, Bits* block) {
  constexpr size_t kPair = kLaneBytes / sizeof(Bits);
  std::fill_n(block, layout.block_elements(), Bits{0});
  for (size_t n = 0; n < count; ++n) {
    const Bits* row = rows + n * layout.k;
    Bits* column = block + n * kPair;
    for (size_t k = 0; k < layout.k; ++k) {
      column[k / kPair * PackedLayout::kBlockCols * kPair + k % kPair] = row[k];
    }
  }
}

}  // namespace

void PackBlock(const PackedLayout& layout, const void* rows, size_t count, void* block) {
  GRAM_DCHECK(count <= PackedLayout::kBlockCols);
  if (ElementBytes(layout.dtype) == sizeof(uint16_t)) {
    PackElements(layout, static_cast<const uint16_t*>(rows), count, static_cast<uint16_t*>(block));
  } else {
    PackElements(layout, static_cast<const uint32_t*>(rows), count, static_cast<uint32_t*>(block));
  }
}

}  // namespace gram
