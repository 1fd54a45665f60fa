// Where a text that no pattern splits can be cut all the same.
#ifndef GRAM_TOKENIZER_NEIGHBOURS_H_
#define GRAM_TOKENIZER_NEIGHBOURS_H_

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "tokenizer/vocab.h"

namespace gram::tokenizer {

/// Which characters stand side by side in some token. Where two neighbours in a text do not, no
/// merge ever reaches across, so merging what is left and right of them by itself gives the same
/// tokens, at the cost of short pieces: in practice a word each. Immutable, 64 KiB.
class Neighbours {
 public:
  /// Of a vocabulary of characters.
  explicit Neighbours(const Vocab& vocab);

  /// The end of the piece that starts at `pos` < text.size(), a character's start in valid UTF-8.
  size_t NextPiece(std::string_view text, size_t pos) const;

 private:
  // One bit for all pairs with the same hash: two that never meet may seem to (then the text is not
  // cut there), never the other way round.
  static constexpr int kHashBits = 19;

  static size_t Hash(char32_t left, char32_t right) {
    const uint64_t pair = static_cast<uint64_t>(left) << 32 | right;
    return static_cast<size_t>((pair * 0x9e3779b97f4a7c15U) >> (64 - kHashBits));
  }
  bool MayMeet(char32_t left, char32_t right) const {
    const size_t hash = Hash(left, right);
    return (bits_[hash / 64] >> (hash % 64) & 1) != 0;
  }

  std::vector<uint64_t> bits_;  // [2^kHashBits / 64]
};

}  // namespace gram::tokenizer

#endif  // GRAM_TOKENIZER_NEIGHBOURS_H_
