#include "engine/api/prompt.h"

#include <algorithm>
#include <utility>

#include "engine/api/card_prompt.h"
#include "tokenizer/utf8.h"

namespace gram {

std::string PromptText(const ScoreOptions& options) {
  std::string text = options.prompt.empty() ? std::string(api::kCardPrompt) : options.prompt;
  if (options.protocol == Protocol::kEval) text += "\n#Preferred: ";
  return text;
}

namespace api {

Result<PromptTemplate> PromptTemplate::Parse(std::string_view text) {
  constexpr std::array<std::string_view, 3> kNames = {"{input}", "{response_a}", "{response_b}"};
  GRAM_RETURN_IF_ERROR(tokenizer::CheckUtf8(text, "the judging prompt"));
  std::array<std::pair<size_t, size_t>, 3> found;  // (offset, which)
  for (size_t i = 0; i < kNames.size(); ++i) {
    const size_t at = text.find(kNames[i]);
    if (at == text.npos || text.find(kNames[i], at + 1) != text.npos) {
      return InvalidArgument("the judging prompt must hold " + std::string(kNames[i]) +
                             " exactly once");
    }
    found[i] = {at, i};
  }
  std::sort(found.begin(), found.end());
  PromptTemplate result;
  size_t end = 0;
  for (size_t i = 0; i < found.size(); ++i) {
    const auto [at, which] = found[i];
    result.texts_[i] = text.substr(end, at - end);
    result.slots_[i] = static_cast<Slot>(which);
    end = at + kNames[which].size();
  }
  result.texts_[3] = text.substr(end);
  return result;
}

std::string PromptTemplate::Fill(std::string_view input, std::string_view response_a,
                                 std::string_view response_b) const {
  std::string filled = texts_[0];
  for (size_t i = 0; i < slots_.size(); ++i) {
    filled += slots_[i] == Slot::kInput       ? input
              : slots_[i] == Slot::kResponseA ? response_a
                                              : response_b;
    filled += texts_[i + 1];
  }
  return filled;
}

Result<PromptMaker> PromptMaker::Make(const tokenizer::Tokenizer* tokenizer,
                                      const format::ChatPieces& chat, const ScoreOptions& options,
                                      size_t max_tokens) {
  PromptMaker maker;
  GRAM_ASSIGN_OR_RETURN(maker.template_, PromptTemplate::Parse(PromptText(options)));
  maker.tokenizer_ = tokenizer;
  maker.prefix_ = chat.prefix;
  maker.suffix_ = chat.suffix + (options.protocol == Protocol::kEval ? chat.no_thinking : "");
  maker.parse_special_ = options.parse_special;
  maker.max_tokens_ = max_tokens;
  return maker;
}

Result<std::vector<int32_t>> PromptMaker::CommonPrefix() const {
  // Two fillings that differ from the first letter of every slot on.
  GRAM_ASSIGN_OR_RETURN(std::vector<int32_t> prefix, Encode(template_.Fill("x", "x", "x")));
  GRAM_ASSIGN_OR_RETURN(const std::vector<int32_t> other, Encode(template_.Fill("0", "0", "0")));
  const size_t limit = std::min(prefix.size(), other.size());
  const auto end =
      std::mismatch(prefix.begin(), prefix.begin() + static_cast<ptrdiff_t>(limit), other.begin())
          .first;
  prefix.erase(end, prefix.end());
  if (prefix.size() > max_tokens_) prefix.clear();  // no prompt fits then; each says so
  return prefix;
}

Result<std::array<std::vector<int32_t>, 2>> PromptMaker::Prompts(const Pair& pair) const {
  GRAM_RETURN_IF_ERROR(tokenizer::CheckUtf8(pair.question, "question"));
  GRAM_RETURN_IF_ERROR(tokenizer::CheckUtf8(pair.response1, "response1"));
  GRAM_RETURN_IF_ERROR(tokenizer::CheckUtf8(pair.response2, "response2"));
  std::array<std::vector<int32_t>, 2> prompts;
  GRAM_ASSIGN_OR_RETURN(prompts[0],
                        Encode(template_.Fill(pair.question, pair.response1, pair.response2)));
  GRAM_ASSIGN_OR_RETURN(prompts[1],
                        Encode(template_.Fill(pair.question, pair.response2, pair.response1)));
  const size_t longest = std::max(prompts[0].size(), prompts[1].size());
  if (longest == 0) return InvalidArgument("the prompt is empty: there is nothing to ask");
  if (longest > max_tokens_) {
    return TooLong("the prompt has " + std::to_string(longest) +
                   " tokens, the model takes at most " + std::to_string(max_tokens_) +
                   "; shorten the question or the responses");
  }
  return prompts;
}

Result<std::vector<int32_t>> PromptMaker::Encode(const std::string& content) const {
  if (parse_special_) return tokenizer_->Encode(prefix_ + content + suffix_);
  return tokenizer_->EncodeTemplated(prefix_, content, suffix_);
}

}  // namespace api
}  // namespace gram
