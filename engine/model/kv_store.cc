#include "engine/model/kv_store.h"

#include <algorithm>
#include <cstring>

#include "engine/base/bf16.h"
#include "engine/base/status.h"

namespace gram::model {
namespace {

using kernels::kBlockPositions;

/// Consecutive positions' keys or values of one head, from a slot of a block on.
struct Source {
  const std::byte* data;
  size_t stride;  // bytes from one position to the next
  size_t count;
  size_t slot;
};

/// Lane by lane rather than position by position: what is written lies side by side.
void PutKeys(const Source& k, size_t lanes, std::byte* block) {
  std::byte* to = block + k.slot * kLaneBytes;
  for (size_t lane = 0; lane < lanes; ++lane) {
    for (size_t i = 0; i < k.count; ++i) {
      std::memcpy(to + i * kLaneBytes, k.data + i * k.stride + lane * kLaneBytes, kLaneBytes);
    }
    to += kBlockPositions * kLaneBytes;
  }
}

void PutF32Values(const Source& v, const ops::HeadShape& shape, std::byte* block) {
  for (size_t i = 0; i < v.count; ++i) {
    std::memcpy(block + (v.slot + i) * shape.padded_dim * sizeof(float), v.data + i * v.stride,
                shape.head_dim * sizeof(float));
  }
}

/// Positions 2i and 2i + 1 are the halves of a lane: both are written at once where both are there.
void PutBf16Values(const Source& v, const ops::HeadShape& shape, std::byte* block) {
  const auto at = [&](size_t i) {
    return reinterpret_cast<const uint16_t*>(v.data + i * v.stride);
  };
  for (size_t i = 0; i < v.count;) {
    const size_t slot = v.slot + i;
    std::byte* pair = block + slot / 2 * shape.padded_dim * kLaneBytes;
    if (slot % 2 == 0 && i + 1 < v.count) {
      const uint16_t* even = at(i);
      const uint16_t* odd = at(i + 1);
      auto* lanes = reinterpret_cast<uint32_t*>(pair);
      for (size_t d = 0; d < shape.head_dim; ++d) lanes[d] = even[d] | uint32_t{odd[d]} << 16;
      i += 2;
    } else {
      auto* halves = reinterpret_cast<uint16_t*>(pair) + slot % 2;
      for (size_t d = 0; d < shape.head_dim; ++d) halves[2 * d] = at(i)[d];
      i += 1;
    }
  }
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
  cached_entries_.clear();
  cached_blocks_.clear();
  size_t blocks = 0;
  size_t pointers = 0;
  for (const schedule::Segment& segment : plan.segments) {
    owners_.push_back({segment.parent, segment.start, pointers});
    if (!segment.cached) blocks += BlocksOf(segment) - segment.start / kBlockPositions;
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
    const size_t inherited = segment.cached ? 0 : segment.start / kBlockPositions;
    if (inherited > 0) std::copy_n(Blocks(segment.parent), inherited, table);
    for (size_t block = inherited; block < BlocksOf(segment) && !segment.cached; ++block) {
      table[block] = next;
      next += shape_.block_bytes();
    }
    // What is still unset, here or inherited, is cached.
    for (size_t block = 0; block < BlocksOf(segment); ++block) {
      if (table[block] != nullptr) continue;
      cached_entries_.push_back(owners_[i].table + block);
      cached_blocks_.push_back(block);
    }
  }
}

void KvStore::UseCached(const std::byte* cached) {
  for (size_t i = 0; i < cached_entries_.size(); ++i) {
    tables_[cached_entries_[i]] = cached + cached_blocks_[i] * shape_.block_bytes();
  }
}

std::byte* KvStore::Block(int32_t segment, size_t position) {
  const void* block = Blocks(segment)[position / kBlockPositions];
  return static_cast<std::byte*>(const_cast<void*>(block));
}

void KvStore::Put(int32_t segment, size_t position, const PositionRows& rows) {
  GRAM_DCHECK(position >= owners_[static_cast<size_t>(segment)].start);
  const size_t slot = position % kBlockPositions;
  GRAM_DCHECK(slot + rows.count <= kBlockPositions);
  std::byte* block = Block(segment, position);
  const size_t head_bytes = shape_.head_dim * shape_.element_bytes();
  for (size_t head = 0; head < shape_.kv_heads; ++head) {
    const Source k{rows.k + head * head_bytes, rows.stride, rows.count, slot};
    const Source v{rows.v + head * head_bytes, rows.stride, rows.count, slot};
    std::byte* keys = block + 2 * head * shape_.head_block_bytes();
    std::byte* values = keys + shape_.head_block_bytes();
    PutKeys(k, head_bytes / kLaneBytes, keys);
    if (shape_.dtype == DType::kBf16) {
      PutBf16Values(v, shape_, values);
    } else {
      PutF32Values(v, shape_, values);
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
