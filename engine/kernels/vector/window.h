// Which positions the rows of an attention call see.
#ifndef GRAM_ENGINE_KERNELS_VECTOR_WINDOW_H_
#define GRAM_ENGINE_KERNELS_VECTOR_WINDOW_H_

#include "engine/kernels/kernel_table.h"

namespace gram::kernels::vector {
namespace {

/// The window of a call's rows, AttentionArgs::window: of a size that reaches back to position 0
/// where there is none.
class Window {
 public:
  explicit Window(const AttentionArgs& args) {
    const size_t positions = args.first_position + args.tokens;
    size_ = args.window == 0 || args.window > positions ? positions : args.window;
  }
  size_t size() const { return size_; }

  /// The first position that the row at `position` sees, and its block.
  size_t FirstSeen(size_t position) const { return position < size_ ? 0 : position + 1 - size_; }
  size_t FirstBlock(size_t position) const { return FirstSeen(position) / kBlockPositions; }

  /// Positions of the block from `start` on that lie before what the row at `position` sees, 0 ..
  /// 64.
  size_t MaskedOf(size_t start, size_t position) const {
    const size_t first = FirstSeen(position);
    if (first <= start) return 0;
    return first - start < kBlockPositions ? first - start : kBlockPositions;
  }

 private:
  size_t size_;
};

}  // namespace
}  // namespace gram::kernels::vector

#endif  // GRAM_ENGINE_KERNELS_VECTOR_WINDOW_H_
