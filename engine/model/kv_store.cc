#include "engine/model/kv_store.h"

#include <algorithm>
#include <cstring>

#include "engine/base/bf16.h"
#include "engine/base/check.h"

namespace gram::model {
namespace {

using kernels::kBlockPositions;

/// Scatters one position of one head into its K and V block; layouts as in kernels::AttentionArgs.
void PutF32(const float* k, const float* v, size_t slot, const ops::HeadShape& shape,
            std::byte* block) {
  float* keys = reinterpret_cast<float*>(block) + slot;
  float* values =
      reinterpret_cast<float*>(block + shape.head_block_bytes()) + slot * shape.padded_dim;
  for (size_t d = 0; d < shape.head_dim; ++d) {
    keys[d * kBlockPositions] = k[d];
    values[d] = v[d];
  }
}

void PutBf16(const Bf16* k, const Bf16* v, size_t slot, const ops::HeadShape& shape,
             std::byte* block) {
  Bf16* keys = reinterpret_cast<Bf16*>(block) + 2 * slot;
  Bf16* values = reinterpret_cast<Bf16*>(block + shape.head_block_bytes()) +
                 slot / 2 * shape.padded_dim * 2 + slot % 2;
  for (size_t d = 0; d < shape.head_dim; d += 2) {  // an even number, whole pairs
    std::memcpy(keys + d * kBlockPositions, k + d, 2 * sizeof(Bf16));
  }
  for (size_t d = 0; d < shape.head_dim; ++d) values[2 * d] = v[d];
}

/// Copies slots 0 .. count - 1 of one head's K and V from one block to another. A K row is 64 lanes
/// of 32 bits, a V row padded_dim lanes; the lanes of an odd last slot share their pair with a slot
/// not yet written.
void CopySlots(const std::byte* from, size_t count, const ops::HeadShape& shape, std::byte* to) {
  const size_t pair = PairOf(shape.dtype);
  const size_t k_rows = shape.padded_dim / pair;
  for (size_t row = 0; row < k_rows; ++row) {
    const size_t at = row * kBlockPositions * kLaneBytes;
    std::memcpy(to + at, from + at, count * kLaneBytes);
  }
  const size_t values = shape.head_block_bytes();
  const size_t row_bytes = shape.padded_dim * kLaneBytes;
  std::memcpy(to + values, from + values, count / pair * row_bytes);
  if (count % pair != 0) {
    const size_t at = values + count / pair * row_bytes;
    for (size_t d = 0; d < shape.padded_dim; ++d) {
      std::memcpy(to + at + d * kLaneBytes, from + at + d * kLaneBytes, shape.element_bytes());
    }
  }
}

/// Blocks that positions 0 .. end - 1 fall into.
size_t BlocksOf(const schedule::Segment& segment) {
  return (segment.end() + kBlockPositions - 1) / kBlockPositions;
}

}  // namespace

void KvStore::Reset(const schedule::Plan& plan) {
  owners_.clear();
  kept_entries_.clear();
  kept_blocks_.clear();
  size_t blocks = 0;
  size_t pointers = 0;
  for (const schedule::Segment& segment : plan.segments) {
    owners_.push_back({segment.parent, segment.start, pointers});
    if (!segment.kept) blocks += BlocksOf(segment) - segment.start / kBlockPositions;
    pointers += BlocksOf(segment);
  }
  const size_t size = blocks * shape_.block_bytes();
  if (bytes_.size() < size) {
    bytes_ = AlignedBuffer<std::byte>(size);
  } else if (size > 0) {
    std::memset(bytes_.data(), 0, size);
  }
  tables_.assign(pointers, nullptr);
  std::byte* next = bytes_.data();
  for (size_t i = 0; i < owners_.size(); ++i) {
    const schedule::Segment& segment = plan.segments[i];
    const void** table = tables_.data() + owners_[i].table;
    const size_t inherited = segment.kept ? 0 : segment.start / kBlockPositions;
    if (inherited > 0) std::copy_n(Blocks(segment.parent), inherited, table);
    for (size_t block = inherited; block < BlocksOf(segment) && !segment.kept; ++block) {
      table[block] = next;
      next += shape_.block_bytes();
    }
    // What is still unset, here or inherited, is kept.
    for (size_t block = 0; block < BlocksOf(segment); ++block) {
      if (table[block] != nullptr) continue;
      kept_entries_.push_back(owners_[i].table + block);
      kept_blocks_.push_back(block);
    }
  }
}

void KvStore::UseKept(const std::byte* kept) {
  for (size_t i = 0; i < kept_entries_.size(); ++i) {
    tables_[kept_entries_[i]] = kept + kept_blocks_[i] * shape_.block_bytes();
  }
}

std::byte* KvStore::Block(int32_t segment, size_t position) {
  const void* block = Blocks(segment)[position / kBlockPositions];
  return static_cast<std::byte*>(const_cast<void*>(block));
}

void KvStore::Put(int32_t segment, size_t position, const void* k, const void* v) {
  GRAM_DCHECK(position >= owners_[static_cast<size_t>(segment)].start);
  std::byte* block = Block(segment, position);
  const size_t slot = position % kBlockPositions;
  for (size_t head = 0; head < shape_.kv_heads; ++head) {
    std::byte* target = block + 2 * head * shape_.head_block_bytes();
    const size_t at = head * shape_.head_dim;
    if (shape_.dtype == DType::kBf16) {
      PutBf16(static_cast<const Bf16*>(k) + at, static_cast<const Bf16*>(v) + at, slot, shape_,
              target);
    } else {
      PutF32(static_cast<const float*>(k) + at, static_cast<const float*>(v) + at, slot, shape_,
             target);
    }
  }
}

void KvStore::CopyTail(int32_t segment) {
  const Owner& owner = owners_[static_cast<size_t>(segment)];
  const size_t count = owner.start % kBlockPositions;
  if (count == 0) return;
  const std::byte* from = Block(owner.parent, owner.start);
  std::byte* to = Block(segment, owner.start);
  for (size_t head = 0; head < shape_.kv_heads; ++head) {
    const size_t at = 2 * head * shape_.head_block_bytes();
    CopySlots(from + at, count, shape_, to + at);
  }
}

}  // namespace gram::model
