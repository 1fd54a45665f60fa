#include "tokenizer/bpe.h"

#include <algorithm>
#include <functional>

namespace gram::tokenizer {
namespace {

// Up to here a scan for the lowest rank beats a heap; beyond, its quadratic cost would show.
constexpr size_t kShortPiece = 40;  // bytes

constexpr uint32_t kNoNode = 0xffffffff;

}  // namespace

void Bpe::Merge(std::string_view piece, BpeScratch* scratch, std::vector<TokenId>* out) const {
  if (piece.size() <= kShortPiece) {
    MergeShort(piece, out);
  } else {
    MergeLong(piece, scratch, out);
  }
}

void Bpe::MergeShort(std::string_view piece, std::vector<TokenId>* out) const {
  TokenId ids[kShortPiece];
  MergeTable::Rule rules[kShortPiece];  // rules[i] joins ids[i] and ids[i + 1]
  size_t count = piece.size();
  for (size_t i = 0; i < count; ++i) {
    ids[i] = vocab_.ByteToken(static_cast<unsigned char>(piece[i]));
  }
  for (size_t i = 0; i + 1 < count; ++i) rules[i] = merges_.Find(ids[i], ids[i + 1]);
  while (count > 1) {
    size_t best = 0;
    for (size_t i = 1; i + 1 < count; ++i) {
      if (rules[i].rank < rules[best].rank) best = i;
    }
    if (rules[best].rank == MergeTable::kNoRank) break;
    ids[best] = rules[best].result;
    --count;
    std::copy(ids + best + 2, ids + count + 1, ids + best + 1);
    std::copy(rules + best + 1, rules + count, rules + best);
    if (best + 1 < count) rules[best] = merges_.Find(ids[best], ids[best + 1]);
    if (best > 0) rules[best - 1] = merges_.Find(ids[best - 1], ids[best]);
  }
  out->insert(out->end(), ids, ids + count);
}

void Bpe::MergeLong(std::string_view piece, BpeScratch* scratch, std::vector<TokenId>* out) const {
  auto& nodes = scratch->nodes;
  auto& heap = scratch->heap;
  const auto count = static_cast<uint32_t>(piece.size());
  nodes.resize(count);
  heap.clear();
  const auto entry = [&nodes](uint32_t i) {
    return static_cast<uint64_t>(nodes[i].rank) << 32 | i;
  };
  const auto rank_at = [&](uint32_t i) {
    const uint32_t next = nodes[i].next;
    return next == kNoNode ? MergeTable::kNoRank : merges_.Find(nodes[i].id, nodes[next].id).rank;
  };
  for (uint32_t i = 0; i < count; ++i) {
    nodes[i] = {vocab_.ByteToken(static_cast<unsigned char>(piece[i])), MergeTable::kNoRank, i - 1,
                i + 1 < count ? i + 1 : kNoNode};
  }
  for (uint32_t i = 0; i < count; ++i) {
    nodes[i].rank = rank_at(i);
    if (nodes[i].rank != MergeTable::kNoRank) heap.push_back(entry(i));
  }
  std::make_heap(heap.begin(), heap.end(), std::greater<>());
  const auto update = [&](uint32_t i) {
    nodes[i].rank = rank_at(i);
    if (nodes[i].rank == MergeTable::kNoRank) return;
    heap.push_back(entry(i));
    std::push_heap(heap.begin(), heap.end(), std::greater<>());
  };
  while (!heap.empty()) {
    std::pop_heap(heap.begin(), heap.end(), std::greater<>());
    const uint64_t top = heap.back();
    heap.pop_back();
    const auto i = static_cast<uint32_t>(top);
    // An entry is stale once its pair has changed. Text only grows, so a pair never comes back.
    if (nodes[i].rank != top >> 32) continue;
    BpeScratch::Node& node = nodes[i];
    BpeScratch::Node& eaten = nodes[node.next];
    node.id = merges_.Find(node.id, eaten.id).result;
    node.next = eaten.next;
    eaten.rank = MergeTable::kNoRank;
    if (node.next != kNoNode) nodes[node.next].prev = i;
    update(i);
    if (i != 0) update(node.prev);
  }
  for (uint32_t i = 0; i != kNoNode; i = nodes[i].next) out->push_back(nodes[i].id);
}

}  // namespace gram::tokenizer
