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

namespace {

// The tokens of a piece as a linked list, and a heap of the rules that apply, lowest rank first.
class MergeQueue {
 public:
  MergeQueue(const MergeTable& merges, BpeScratch* scratch)
      : merges_(merges), nodes_(scratch->nodes), heap_(scratch->heap) {}

  // One node a byte, holding `id_of(byte)`.
  template <typename IdOf>
  void Fill(std::string_view piece, const IdOf& id_of) {
    const auto count = static_cast<uint32_t>(piece.size());
    nodes_.resize(count);
    heap_.clear();
    for (uint32_t i = 0; i < count; ++i) {
      nodes_[i] = {id_of(static_cast<unsigned char>(piece[i])), MergeTable::kNoRank, i - 1,
                   i + 1 < count ? i + 1 : kNoNode};
    }
    for (uint32_t i = 0; i < count; ++i) {
      if (SetRank(i)) heap_.push_back(Entry(i));
    }
    std::make_heap(heap_.begin(), heap_.end(), std::greater<>());
  }

  void Run() {
    while (!heap_.empty()) {
      std::pop_heap(heap_.begin(), heap_.end(), std::greater<>());
      const uint64_t top = heap_.back();
      heap_.pop_back();
      const auto i = static_cast<uint32_t>(top);
      // An entry is stale once its pair has changed. Text only grows, so a pair never comes back.
      if (nodes_[i].rank == top >> 32) Join(i);
    }
  }

 private:
  uint64_t Entry(uint32_t i) const { return static_cast<uint64_t>(nodes_[i].rank) << 32 | i; }

  bool SetRank(uint32_t i) {
    BpeScratch::Node& node = nodes_[i];
    node.rank = node.next == kNoNode ? MergeTable::kNoRank
                                     : merges_.Find(node.id, nodes_[node.next].id).rank;
    return node.rank != MergeTable::kNoRank;
  }

  void Update(uint32_t i) {
    if (!SetRank(i)) return;
    heap_.push_back(Entry(i));
    std::push_heap(heap_.begin(), heap_.end(), std::greater<>());
  }

  // Node i takes in the one behind it.
  void Join(uint32_t i) {
    BpeScratch::Node& node = nodes_[i];
    BpeScratch::Node& eaten = nodes_[node.next];
    node.id = merges_.Find(node.id, eaten.id).result;
    node.next = eaten.next;
    eaten.rank = MergeTable::kNoRank;
    if (node.next != kNoNode) nodes_[node.next].prev = i;
    Update(i);
    if (i != 0) Update(node.prev);  // node 0 is never eaten, so it stays the first
  }

  const MergeTable& merges_;
  std::vector<BpeScratch::Node>& nodes_;
  std::vector<uint64_t>& heap_;
};

}  // namespace

void Bpe::MergeLong(std::string_view piece, BpeScratch* scratch, std::vector<TokenId>* out) const {
  MergeQueue queue(merges_, scratch);
  queue.Fill(piece, [this](unsigned char byte) { return vocab_.ByteToken(byte); });
  queue.Run();
  const auto& nodes = scratch->nodes;
  for (uint32_t i = 0; i != kNoNode; i = nodes[i].next) out->push_back(nodes[i].id);
}

}  // namespace gram::tokenizer
