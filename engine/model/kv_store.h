// One layer's keys and values of a batch, in blocks of 64 absolute positions, addressed by segment.
//
// A segment owns the blocks from the one its first position falls into to the one of its last.
// Where it begins in the middle of a block, the earlier slots of that block are copied from its
// parent: so every block holds the keys of positions 64b .. 64b + 63 of one prompt, and the order
// in which a query meets keys does not depend on how prompts were cut into segments.
#ifndef GRAM_ENGINE_MODEL_KV_STORE_H_
#define GRAM_ENGINE_MODEL_KV_STORE_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "engine/base/aligned_buffer.h"
#include "engine/ops/attention.h"
#include "engine/schedule/plan.h"

namespace gram::model {

class KvStore {
 public:
  explicit KvStore(const ops::HeadShape& shape) : shape_(shape) {}
  KvStore(KvStore&&) = default;
  KvStore& operator=(KvStore&&) = default;

  /// Lays out blocks for the plan's segments and zeroes them. Layers then overwrite one another's
  /// values in place.
  void Reset(const schedule::Plan& plan);

  /// Points cached segments at the blocks of positions 0, 64, 128 ... that begin at `cached`, those
  /// of the layer that comes next. Needed once a layer, before its first Put, where the plan has
  /// cached segments.
  void UseCached(const std::byte* cached);

  /// Blocks of positions 0 .. end - 1 of `segment`, its ancestors' included. Valid until the next
  /// Reset.
  const void* const* Blocks(int32_t segment) const {
    return tables_.data() + owners_[static_cast<size_t>(segment)].table;
  }

  /// Consecutive positions: k and v [kv_heads][head_dim] of each in activation type, `stride` bytes
  /// from one position to the next.
  struct PositionRows {
    const std::byte* k;
    const std::byte* v;
    size_t stride;
    size_t count;
  };
  /// Stores positions of `segment` from `position` on, all in one block. Others may be put in
  /// parallel.
  void Put(int32_t segment, size_t position, const PositionRows& rows);

  /// Copies the parent's slots of the block that `segment` begins in the middle of; after the
  /// parent's last Put and before any query of `segment`. Does nothing where it begins on a block's
  /// border.
  void CopyTail(int32_t segment);

 private:
  struct Owner {
    int32_t parent;
    size_t start;  // first position
    size_t table;  // index of block 0's pointer in tables_
  };

  std::byte* Block(int32_t segment, size_t position);

  ops::HeadShape shape_;
  AlignedBuffer<std::byte> bytes_;
  std::vector<Owner> owners_;           // by segment
  std::vector<const void*> tables_;     // per segment: pointers of its blocks 0 .. last
  std::vector<size_t> cached_entries_;  // indices into tables_ that UseCached sets,
  std::vector<size_t> cached_blocks_;   // and the block each stands for
};

}  // namespace gram::model

#endif  // GRAM_ENGINE_MODEL_KV_STORE_H_
