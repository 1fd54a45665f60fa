// A pair of answers becomes two token sequences, one an order.
#ifndef GRAM_ENGINE_API_PROMPT_H_
#define GRAM_ENGINE_API_PROMPT_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/status.h"
#include "engine/format/chat_pieces.h"
#include "gram/judge.h"
#include "gram/options.h"
#include "tokenizer/tokenizer.h"

namespace gram::api {

/// The judging text cut at its three placeholders, so that filling it is one pass: braces in a
/// user's text stay.
class PromptTemplate {
 public:
  /// kInvalidArgument unless `text` is UTF-8 and holds {input}, {response_a} and {response_b} once
  /// each.
  static Result<PromptTemplate> Parse(std::string_view text);

  std::string Fill(std::string_view input, std::string_view response_a,
                   std::string_view response_b) const;

 private:
  enum class Slot { kInput, kResponseA, kResponseB };

  std::array<std::string, 4> texts_;  // before, between and after the slots
  std::array<Slot, 3> slots_{};       // in the order of the text
};

/// Makes prompts for one model and one set of options; borrows the tokenizer.
class PromptMaker {
 public:
  static Result<PromptMaker> Make(const tokenizer::Tokenizer* tokenizer,
                                  const format::ChatPieces& chat, const ScoreOptions& options,
                                  size_t max_tokens);

  /// The tokens that every prompt begins with, whatever the pair: the instruction. (A question that
  /// merges with the instruction's last letters into other tokens shares a little less.)
  Result<std::vector<int32_t>> CommonPrefix() const;

  /// [0]: response 1 in slot A, [1]: response 2 in slot A. Errors: kInvalidUtf8 (names the field),
  /// kTooLong.
  Result<std::array<std::vector<int32_t>, 2>> Prompts(const Pair& pair) const;

 private:
  Result<std::vector<int32_t>> Encode(const std::string& content) const;

  const tokenizer::Tokenizer* tokenizer_ = nullptr;
  PromptTemplate template_;
  std::string prefix_;
  std::string suffix_;
  bool parse_special_ = false;
  size_t max_tokens_ = 0;
};

}  // namespace gram::api

#endif  // GRAM_ENGINE_API_PROMPT_H_
