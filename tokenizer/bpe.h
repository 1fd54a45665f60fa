// Byte-pair encoding of one piece of text: bytes or characters become tokens, then neighbours join,
// the rule of the lowest rank first and of equal ones the leftmost, until no rule applies.
#ifndef GRAM_TOKENIZER_BPE_H_
#define GRAM_TOKENIZER_BPE_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/base/status.h"
#include "tokenizer/vocab.h"

namespace gram::tokenizer {

using MergePair = std::pair<TokenId, TokenId>;

/// The merge rules: which neighbouring tokens join, into what, and in which order. An immutable
/// hash table from a pair of tokens to its rule.
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

/// Working memory that Encode reuses from piece to piece. One per thread.
struct BpeScratch {
  struct Node {
    TokenId id;
    uint32_t rank;  // of the rule that joins this node with the next; kNoRank for none
    uint32_t prev;
    uint32_t next;
  };
  std::vector<Node> nodes;     // [bytes or characters of the piece]
  std::vector<uint64_t> heap;  // rank << 32 | node
};

/// A view of a vocabulary and its rules; thread-safe, as long as each thread has its own scratch.
/// Equal to Hugging Face's BPE without dropout, prefixes and ignore_merges, for a vocabulary in
/// which no text is unknown (Vocab::Build sees to that).
class Bpe {
 public:
  Bpe(const Vocab& vocab, const MergeTable& merges) : vocab_(vocab), merges_(merges) {}

  /// Appends the tokens of `piece` (fewer than 2^32 bytes: any, or valid UTF-8 where the vocabulary
  /// is one of characters) to `out`. Cost: one hash look-up where the piece is a token of its own,
  /// else n log n in its bytes.
  void Encode(std::string_view piece, BpeScratch* scratch, std::vector<TokenId>* out) const {
    const TokenId whole = vocab_.FindWhole(piece);
    if (whole >= 0) {
      out->push_back(whole);
    } else {
      Merge(piece, scratch, out);
    }
  }

  /// The same by the rules alone.
  void Merge(std::string_view piece, BpeScratch* scratch, std::vector<TokenId>* out) const;

 private:
  void MergeShort(std::string_view piece, std::vector<TokenId>* out) const;
  void MergeLong(std::string_view piece, BpeScratch* scratch, std::vector<TokenId>* out) const;

  const Vocab& vocab_;
  const MergeTable& merges_;
};

}  // namespace gram::tokenizer

#endif  // GRAM_TOKENIZER_BPE_H_
