// A pair of answers becomes two token sequences that are no longer than they may be.
#ifndef GRAM_ENGINE_API_PROMPT_H_
#define GRAM_ENGINE_API_PROMPT_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/api/protocol.h"
#include "engine/base/status.h"
#include "gram/judge.h"
#include "gram/options.h"
#include "tokenizer/tokenizer.h"

namespace gram::api {

/// What one pair is to the model, and what a user should know about it.
struct PairPrompts {
  PromptPair prompts;
  TextNotes notes;
};

/// A response that can be shortened: a text and its tokens when it is encoded by itself.
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
  /// beginning of what the tokenizer's pipeline makes of it, such as its normalisation form C.
  std::string_view Text(size_t budget) const;

 private:
  std::string_view whole_;
  size_t tokens_ = 0;
  std::string head_;          // the first most + 1 tokens' bytes
  std::vector<size_t> ends_;  // of these tokens in head_
};

/// Makes prompts for one model and one set of options.
class PromptMaker {
 public:
  /// Borrows tokenizer and protocol. Errors: kInvalidArgument for a limit beyond `model_tokens`.
  static Result<PromptMaker> Make(const tokenizer::Tokenizer* tokenizer,
                                  const PairProtocol* protocol, const ScoreOptions& options,
                                  size_t model_tokens);

  const PairProtocol& protocol() const { return *protocol_; }

  /// The tokens that every prompt begins with, whatever the pair: the instruction. (A question that
  /// merges with the instruction's last letters into other tokens shares a little less.) Errors:
  /// kTooLong, for a prompt of 2 GiB.
  Result<std::vector<int32_t>> CommonPrefix() const;

  /// The pair's prompts, none longer than the limit. Errors: kInvalidUtf8 (names the field),
  /// kTooLong, kInvalidArgument where there is no text at all.
  Result<PairPrompts> Prompts(const PairView& pair) const;

 private:
  struct Shown {
    PromptPair prompts;
    std::array<ResponseCut, 2> cut;
  };

  Result<Shown> CutFairly(const PairView& pair) const;
  std::vector<TextFlag> Flags(const PairView& pair) const;
  Status TooManyTokens(const std::string& what, size_t tokens, const std::string& advice) const;

  const tokenizer::Tokenizer* tokenizer_ = nullptr;
  const PairProtocol* protocol_ = nullptr;
  bool parse_special_ = false;
  Truncate truncate_ = Truncate::kNever;
  size_t max_tokens_ = 0;
};

}  // namespace gram::api

#endif  // GRAM_ENGINE_API_PROMPT_H_
