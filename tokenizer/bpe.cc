#include "tokenizer/bpe.h"

#include <algorithm>
#include <bit>
#include <functional>
#include <optional>

#include "tokenizer/utf8.h"

namespace gram::tokenizer {
namespace {

bool IsModelToken(const Vocab& vocab, TokenId id) {
  return id >= 0 && static_cast<size_t>(id) < vocab.size() && (vocab.flags(id) & kModelToken) != 0;
}

std::string RuleName(const std::string& where, size_t rank) {
  return where + ": merge rule " + std::to_string(rank);
}

// Up to here a scan for the lowest rank beats a heap; beyond, its quadratic cost would show.
constexpr size_t kShortPiece = 40;  // bytes

constexpr uint32_t kNoNode = 0xffffffff;

// Calls put(id) for each of the tokens that merging starts from.
template <typename Put>
void ForEachSymbol(const Vocab& vocab, std::string_view piece, const Put& put) {
  const auto put_bytes = [&](std::string_view bytes) {
    for (const char byte : bytes) put(vocab.ByteToken(static_cast<unsigned char>(byte)));
  };
  if (vocab.alphabet() == Alphabet::kBytes) return put_bytes(piece);
  for (size_t pos = 0; pos < piece.size();) {
    const std::string_view character = piece.substr(pos, DecodeUtf8(piece, pos).length);
    pos += character.size();
    const auto id = character.size() == 1 ? std::nullopt : vocab.Find(character);
    if (id) {
      put(*id);
    } else {
      put_bytes(character);
    }
  }
}

// The tokens of a piece as a linked list, and a heap of the rules that apply, lowest rank first.
class MergeQueue {
 public:
  MergeQueue(const MergeTable& merges, BpeScratch* scratch)
      : merges_(merges), nodes_(scratch->nodes), heap_(scratch->heap) {}

  void Fill(const Vocab& vocab, std::string_view piece) {
    nodes_.clear();
    heap_.clear();
    ForEachSymbol(vocab, piece, [this](TokenId id) {
      const auto i = static_cast<uint32_t>(nodes_.size());
      nodes_.push_back({id, MergeTable::kNoRank, i - 1, i + 1});
    });
    nodes_.back().next = kNoNode;
    for (uint32_t i = 0; i < nodes_.size(); ++i) {
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

bool MergeTable::Insert(MergePair pair, Rule rule) {
  const size_t mask = slots_.size() - 1;
  size_t i = Home(pair.first, pair.second);
  for (; slots_[i].left >= 0; i = (i + 1) & mask) {
    if (slots_[i].left == pair.first && slots_[i].right == pair.second) return false;
  }
  slots_[i] = {pair.first, pair.second, rule};
  return true;
}

Result<MergeTable> MergeTable::Build(const Vocab& vocab, const std::vector<MergePair>& pairs,
                                     const std::string& where) {
  MergeTable table;
  const size_t slots = std::bit_ceil(std::max<size_t>(pairs.size() + pairs.size() / 2, 16));
  table.slots_.assign(slots, Slot{-1, -1, {kNoRank, -1}});
  table.shift_ = 64 - std::countr_zero(slots);
  table.rules_ = pairs.size();
  std::string joined;
  for (size_t rank = 0; rank < pairs.size(); ++rank) {
    const auto [left, right] = pairs[rank];
    if (!IsModelToken(vocab, left) || !IsModelToken(vocab, right)) {
      return Corrupt(RuleName(where, rank) + " names an id that is not in the vocabulary");
    }
    // Files do not say what a rule results in: it is the token that has the bytes of both.
    joined.assign(vocab.Text(left)).append(vocab.Text(right));
    const std::optional<TokenId> result = vocab.Find(joined);
    if (!result) {
      return Corrupt(RuleName(where, rank) + " makes '" + vocab.Spelled(joined) +
                     "', which is not in the vocabulary");
    }
    if (!table.Insert(pairs[rank], {static_cast<uint32_t>(rank), *result})) {
      return Corrupt(RuleName(where, rank) + " joins '" + vocab.Spelled(vocab.Text(left)) +
                     "' and '" + vocab.Spelled(vocab.Text(right)) + "', as an earlier one does");
    }
  }
  return table;
}

size_t MergeTable::LongestProbe() const {
  const size_t mask = slots_.size() - 1;
  size_t longest = 0;
  for (size_t i = 0; i < slots_.size(); ++i) {
    if (slots_[i].left < 0) continue;
    longest = std::max(longest, 1 + ((i - Home(slots_[i].left, slots_[i].right)) & mask));
  }
  return longest;
}

std::vector<MergePair> MergeTable::Pairs() const {
  std::vector<MergePair> pairs(rules_);
  for (const Slot& slot : slots_) {
    if (slot.left >= 0) pairs[slot.rule.rank] = {slot.left, slot.right};
  }
  return pairs;
}

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
  size_t count = 0;
  ForEachSymbol(vocab_, piece, [&](TokenId id) { ids[count++] = id; });
  for (size_t i = 0; i + 1 < count; ++i) rules[i] = merges_.Find(ids[i], ids[i + 1]);
  while (count > 1) {
    size_t best = 0;
    for (size_t i = 1; i + 1 < count; ++i) {
      if (rules[i].rank < rules[best].rank) best = i;
    }
    if (rules[best].rank == MergeTable::kNoRank) break;
    ids[best] = rules[best].result;
    --count;
    // Close the gap that the second token leaves, then look up the two pairs that are new.
    std::copy(ids + best + 2, ids + count + 1, ids + best + 1);
    std::copy(rules + best + 1, rules + count, rules + best);
    if (best + 1 < count) rules[best] = merges_.Find(ids[best], ids[best + 1]);
    if (best > 0) rules[best - 1] = merges_.Find(ids[best - 1], ids[best]);
  }
  out->insert(out->end(), ids, ids + count);
}

void Bpe::MergeLong(std::string_view piece, BpeScratch* scratch, std::vector<TokenId>* out) const {
  MergeQueue queue(merges_, scratch);
  queue.Fill(vocab_, piece);
  queue.Run();
  const auto& nodes = scratch->nodes;
  for (uint32_t i = 0; i != kNoNode; i = nodes[i].next) out->push_back(nodes[i].id);
}

}  // namespace gram::tokenizer
