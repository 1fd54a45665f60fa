#include "tokenizer/merge_table.h"

#include <algorithm>
#include <bit>
#include <optional>

#include "tokenizer/byte_map.h"

namespace gram::tokenizer {
namespace {

bool IsModelToken(const Vocab& vocab, TokenId id) {
  return id >= 0 && static_cast<size_t>(id) < vocab.size() && (vocab.flags(id) & kModelToken) != 0;
}

std::string RuleName(const std::string& where, size_t rank) {
  return where + ": merge rule " + std::to_string(rank);
}

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
    joined.assign(vocab.Text(left)).append(vocab.Text(right));
    const std::optional<TokenId> result = vocab.Find(joined);
    if (!result) {
      return Corrupt(RuleName(where, rank) + " makes '" + AlphabetFromBytes(joined) +
                     "', which is not in the vocabulary");
    }
    if (!table.Insert(pairs[rank], {static_cast<uint32_t>(rank), *result})) {
      return Corrupt(RuleName(where, rank) + " joins '" + AlphabetFromBytes(vocab.Text(left)) +
                     "' and '" + AlphabetFromBytes(vocab.Text(right)) +
                     "', as an earlier one does");
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

}  // namespace gram::tokenizer
