// Byte-pair encoding of one piece of text: bytes become tokens, then neighbours join, the rule of
// the lowest rank first and of equal ones the leftmost, until no rule applies.
#ifndef GRAM_TOKENIZER_BPE_H_
#define GRAM_TOKENIZER_BPE_H_

#include <cstdint>
#include <string_view>
#include <vector>

#include "tokenizer/merge_table.h"
#include "tokenizer/vocab.h"

namespace gram::tokenizer {

/// Working memory that Encode reuses from piece to piece. One per thread.
struct BpeScratch {
  struct Node {
    TokenId id;
    uint32_t rank;  // of the rule that joins this node with the next; kNoRank for none
    uint32_t prev;
    uint32_t next;
  };
  std::vector<Node> nodes;     // [bytes of the piece]
  std::vector<uint64_t> heap;  // rank << 32 | node
};

/// A view of a vocabulary and its rules; thread-safe, as long as each thread has its own scratch.
/// Equal to Hugging Face's BPE without dropout, unk token, prefixes and ignore_merges.
class Bpe {
 public:
  Bpe(const Vocab& vocab, const MergeTable& merges) : vocab_(vocab), merges_(merges) {}

  /// Appends the tokens of `piece` (any bytes, fewer than 2^32 of them) to `out`. Cost: one hash
  /// look-up where the piece is a token of its own, else n log n in its bytes.
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
