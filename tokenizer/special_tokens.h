// Finding added tokens such as <|im_end|> in raw text.
#ifndef GRAM_TOKENIZER_SPECIAL_TOKENS_H_
#define GRAM_TOKENIZER_SPECIAL_TOKENS_H_

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/base/status.h"
#include "tokenizer/vocab.h"

namespace gram::tokenizer {

/// Immutable.
class SpecialTokens {
 public:
  struct Match {
    size_t pos;     ///< bytes
    size_t length;  ///< bytes, >= 1
    TokenId id;
  };

  /// Errors, all kCorrupt and naming `where`: an added token that is not UTF-8, or that is there
  /// twice.
  static Result<SpecialTokens> Build(const Vocab& vocab, const std::string& where);

  /// The leftmost match at or after `from`, of several there the longest.
  std::optional<Match> FindNext(std::string_view text, size_t from) const;

  /// The added token with exactly this text.
  std::optional<TokenId> Find(std::string_view text) const;

 private:
  struct Entry {
    std::string text;
    TokenId id;
  };
  size_t NextCandidate(std::string_view text, size_t from) const;
  std::optional<Match> LongestAt(std::string_view text, size_t pos) const;

  std::vector<Entry> entries_;  // sorted by text
  std::array<uint32_t, 257>
      first_byte_{};                     // entries_ of byte b: [first_byte_[b], first_byte_[b+1])
  std::optional<char> only_first_byte_;  // where all entries start alike
};

}  // namespace gram::tokenizer

#endif  // GRAM_TOKENIZER_SPECIAL_TOKENS_H_
