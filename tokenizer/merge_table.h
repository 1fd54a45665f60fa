// The merge rules of BPE: which neighbouring tokens join, into what, and in which order.
#ifndef GRAM_TOKENIZER_MERGE_TABLE_H_
#define GRAM_TOKENIZER_MERGE_TABLE_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "engine/base/status.h"
#include "tokenizer/seeded_hash.h"
#include "tokenizer/vocab.h"

namespace gram::tokenizer {

using MergePair = std::pair<TokenId, TokenId>;

/// Immutable hash table from a pair of tokens to its rule.
class MergeTable {
 public:
  struct Rule {
    uint32_t rank;   ///< lower joins first; kNoRank: the two do not join
    TokenId result;  ///< the token of the joined bytes
  };
  static constexpr uint32_t kNoRank = 0xffffffff;

  /// `pairs` in rank order. Errors, all kCorrupt and naming `where` and the rule: an id that is no
  /// model token, a result that is no model token, the same pair twice.
  static Result<MergeTable> Build(const Vocab& vocab, const std::vector<MergePair>& pairs,
                                  const std::string& where);

  Rule Find(TokenId left, TokenId right) const {
    const size_t mask = slots_.size() - 1;
    for (size_t i = Home(left, right);; i = (i + 1) & mask) {
      const Slot& slot = slots_[i];
      if (slot.left == left && slot.right == right) return slot.rule;
      if (slot.left < 0) return {kNoRank, -1};
    }
  }

  /// The pairs in rank order: what Build was given.
  std::vector<MergePair> Pairs() const;

  /// The most slots that one look-up of a rule visits.
  size_t LongestProbe() const;

 private:
  struct Slot {
    TokenId left;  // -1: free
    TokenId right;
    Rule rule;
  };
  static_assert(sizeof(Slot) == 16);

  size_t Home(TokenId left, TokenId right) const {
    const uint64_t pair =
        static_cast<uint64_t>(static_cast<uint32_t>(left)) << 32 | static_cast<uint32_t>(right);
    return static_cast<size_t>(SeededHash(pair, seed_) >> shift_);
  }
  bool Insert(MergePair pair, Rule rule);

  std::vector<Slot> slots_;
  size_t rules_ = 0;
  int shift_ = 0;
  uint64_t seed_ = RandomSeed();
};

}  // namespace gram::tokenizer

#endif  // GRAM_TOKENIZER_MERGE_TABLE_H_
