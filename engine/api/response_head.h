// A response that can be shortened: its first tokens as text.
#ifndef GRAM_ENGINE_API_RESPONSE_HEAD_H_
#define GRAM_ENGINE_API_RESPONSE_HEAD_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/status.h"
#include "tokenizer/tokenizer.h"

namespace gram::api {

/// A text and its tokens when it is encoded by itself.
class ResponseHead {
 public:
  /// Heads of up to `most` tokens, and the whole, can be asked for. Borrows `text`, valid UTF-8.
  static Result<ResponseHead> Make(const tokenizer::Tokenizer& tokenizer, std::string_view text,
                                   bool parse_special, size_t most);

  /// Tokens of the whole text.
  size_t tokens() const { return tokens_; }

  /// How many tokens a head of at most `budget` tokens has: fewer than `budget` where that would
  /// cut a character in two.
  size_t Kept(size_t budget) const;

  /// The text of that head; the whole text as it was given where `budget` covers it, else the
  /// beginning of its normalisation form C.
  std::string_view Text(size_t budget) const;

 private:
  std::string_view whole_;
  size_t tokens_ = 0;
  std::string head_;          // the first most + 1 tokens' bytes
  std::vector<size_t> ends_;  // of these tokens in head_
};

}  // namespace gram::api

#endif  // GRAM_ENGINE_API_RESPONSE_HEAD_H_
