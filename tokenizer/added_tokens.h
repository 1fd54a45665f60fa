// Where added tokens such as <|im_end|> are in a text.
#ifndef GRAM_TOKENIZER_ADDED_TOKENS_H_
#define GRAM_TOKENIZER_ADDED_TOKENS_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/status.h"
#include "tokenizer/vocab.h"

namespace gram::tokenizer {

/// Finds added tokens in raw text, longest first. Immutable.
class AddedTokens {
 public:
  struct Match {
    size_t pos;     ///< bytes
    size_t length;  ///< bytes, >= 1
    TokenId id;
  };

  enum class Kind {
    kAll,
    kLanguage,  ///< no control tokens (Vocab::IsControl)
  };

  /// Those of `vocab`. Errors: kCorrupt that names `where`, for a text that two of them have.
  static Result<AddedTokens> Build(const Vocab& vocab, Kind kind, const std::string& where);

  /// The leftmost match at or after `from`, of several there the longest.
  std::optional<Match> FindNext(std::string_view text, size_t from) const;

  /// The added token with exactly this text.
  std::optional<TokenId> Find(std::string_view text) const;

 private:
  size_t NextCandidate(std::string_view text, size_t from) const;
  std::optional<Match> LongestAt(std::string_view text, size_t pos) const;

  std::vector<AddedText> entries_;  // sorted by text
  std::array<uint32_t, 257>
      first_byte_{};                     // entries_ of byte b: [first_byte_[b], first_byte_[b+1])
  std::optional<char> only_first_byte_;  // where all entries start alike
};

}  // namespace gram::tokenizer

#endif  // GRAM_TOKENIZER_ADDED_TOKENS_H_
