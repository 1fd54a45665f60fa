#include "engine/api/prompt.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "tokenizer/utf8.h"

namespace gram {

std::string_view TextFieldName(TextField field) {
  switch (field) {
    case TextField::kQuestion:
      return "question";
    case TextField::kResponse1:
      return "response1";
    case TextField::kResponse2:
      return "response2";
  }
  return "unknown";
}

std::string_view TextFlagKindName(TextFlagKind kind) {
  switch (kind) {
    case TextFlagKind::kControlToken:
      return "control_token";
    case TextFlagKind::kJudgeMarker:
      return "judge_marker";
  }
  return "unknown";
}

namespace api {
namespace {

size_t Longest(const PromptPair& prompts) { return std::max(prompts[0].size(), prompts[1].size()); }

}  // namespace

Result<ResponseHead> ResponseHead::Make(const tokenizer::Tokenizer& tokenizer,
                                        std::string_view text, bool parse_special, size_t most) {
  GRAM_ASSIGN_OR_RETURN(const std::vector<tokenizer::TokenId> ids,
                        parse_special ? tokenizer.Encode(text) : tokenizer.EncodePlain(text));
  ResponseHead head;
  head.whole_ = text;
  head.tokens_ = ids.size();
  for (size_t i = 0; i < ids.size() && i <= most; ++i) {
    head.head_ += tokenizer.TextOf(i == 0 ? std::nullopt : std::optional(ids[i - 1]), ids[i]);
    head.ends_.push_back(head.head_.size());
  }
  return head;
}

size_t ResponseHead::Kept(size_t budget) const {
  if (budget >= tokens_) return tokens_;
  GRAM_DCHECK(budget < ends_.size());  // so there is a byte behind every end
  size_t kept = budget;
  while (kept > 0 && (head_[ends_[kept - 1]] & 0xc0) == 0x80) --kept;
  return kept;
}

std::string_view ResponseHead::Text(size_t budget) const {
  if (budget >= tokens_) return whole_;
  const size_t kept = Kept(budget);
  return std::string_view(head_).substr(0, kept == 0 ? 0 : ends_[kept - 1]);
}

Result<PromptMaker> PromptMaker::Make(const tokenizer::Tokenizer* tokenizer,
                                      const PairProtocol* protocol, const ScoreOptions& options,
                                      size_t model_tokens) {
  if (options.max_tokens > model_tokens) {
    return InvalidArgument("max_tokens is " + std::to_string(options.max_tokens) +
                           ", but the model takes at most " + std::to_string(model_tokens));
  }
  PromptMaker maker;
  maker.tokenizer_ = tokenizer;
  maker.protocol_ = protocol;
  maker.parse_special_ = options.parse_special;
  maker.truncate_ = options.truncate;
  maker.max_tokens_ = options.max_tokens == 0 ? model_tokens : options.max_tokens;
  return maker;
}

Result<std::vector<int32_t>> PromptMaker::CommonPrefix() const {
  // Two fillings that differ from the first letter of every text on.
  GRAM_ASSIGN_OR_RETURN(PromptPair filled, protocol_->Encode("x", "x", "x"));
  GRAM_ASSIGN_OR_RETURN(const PromptPair other, protocol_->Encode("0", "0", "0"));
  std::vector<int32_t> prefix = std::move(filled[0]);
  const size_t limit = std::min(prefix.size(), other[0].size());
  const auto end = std::mismatch(prefix.begin(), prefix.begin() + static_cast<ptrdiff_t>(limit),
                                 other[0].begin())
                       .first;
  prefix.erase(end, prefix.end());
  if (prefix.size() > max_tokens_) prefix.clear();  // no prompt fits then; each says so
  return prefix;
}

Result<PairPrompts> PromptMaker::Prompts(const PairView& pair) const {
  GRAM_RETURN_IF_ERROR(tokenizer::CheckUtf8(pair.question, "question"));
  GRAM_RETURN_IF_ERROR(tokenizer::CheckUtf8(pair.response1, "response1"));
  GRAM_RETURN_IF_ERROR(tokenizer::CheckUtf8(pair.response2, "response2"));
  PairPrompts made;
  GRAM_ASSIGN_OR_RETURN(made.prompts,
                        protocol_->Encode(pair.question, pair.response1, pair.response2));
  if (made.prompts[0].empty() || made.prompts[1].empty()) {
    return InvalidArgument("the prompt is empty: there is nothing to ask");
  }
  const size_t longest = Longest(made.prompts);
  if (longest > max_tokens_) {
    if (truncate_ == Truncate::kNever) {
      return TooManyTokens("the prompt", longest, "shorten the question or the responses");
    }
    GRAM_ASSIGN_OR_RETURN(Shown shown, CutFairly(pair));
    made.prompts = std::move(shown.prompts);
    made.notes.cut = shown.cut;
  }
  made.notes.identical = made.prompts[0] == made.prompts[1];
  made.notes.flags = Flags(pair);
  return made;
}

/// Shows of each response at most as many tokens as fit in both prompts, the same number for both:
/// so the shorter one loses nothing before the longer one has come down to it. The number is found
/// by bisection, and each try is encoded in its place, since tokens merge across borders.
Result<PromptMaker::Shown> PromptMaker::CutFairly(const PairView& pair) const {
  std::array<ResponseHead, 2> heads;
  GRAM_ASSIGN_OR_RETURN(
      heads[0], ResponseHead::Make(*tokenizer_, pair.response1, parse_special_, max_tokens_));
  GRAM_ASSIGN_OR_RETURN(
      heads[1], ResponseHead::Make(*tokenizer_, pair.response2, parse_special_, max_tokens_));
  const auto show = [&](size_t budget) {
    return protocol_->Encode(pair.question, heads[0].Text(budget), heads[1].Text(budget));
  };
  Shown shown;
  GRAM_ASSIGN_OR_RETURN(shown.prompts, show(0));
  if (Longest(shown.prompts) > max_tokens_) {
    return TooManyTokens("the prompt without the responses", Longest(shown.prompts),
                         "shorten the question");
  }
  size_t fits = 0;
  size_t too_many = std::min(std::max(heads[0].tokens(), heads[1].tokens()), max_tokens_);
  while (fits + 1 < too_many) {
    const size_t budget = fits + (too_many - fits) / 2;
    GRAM_ASSIGN_OR_RETURN(PromptPair prompts, show(budget));
    if (Longest(prompts) > max_tokens_) {
      too_many = budget;
      continue;
    }
    fits = budget;
    shown.prompts = std::move(prompts);
  }
  for (size_t i = 0; i < heads.size(); ++i) {
    shown.cut[i] = {static_cast<int64_t>(heads[i].tokens()),
                    static_cast<int64_t>(heads[i].Kept(fits))};
  }
  return shown;
}

std::vector<TextFlag> PromptMaker::Flags(const PairView& pair) const {
  std::vector<TextFlag> flags;
  const auto search = [&](TextField field, std::string_view text) {
    for (const int32_t id : tokenizer_->AddedTokensIn(text)) {
      flags.push_back(
          {field, TextFlagKind::kControlToken, std::string(tokenizer_->TokenBytes(id))});
    }
    for (std::string& marker : protocol_->markers().Find(text)) {
      flags.push_back({field, TextFlagKind::kJudgeMarker, std::move(marker)});
    }
  };
  search(TextField::kQuestion, pair.question);
  search(TextField::kResponse1, pair.response1);
  search(TextField::kResponse2, pair.response2);
  return flags;
}

Status PromptMaker::TooManyTokens(const std::string& what, size_t tokens,
                                  const std::string& advice) const {
  return TooLong(what + " has " + std::to_string(tokens) + " tokens, the limit is " +
                 std::to_string(max_tokens_) + "; " + advice);
}

}  // namespace api
}  // namespace gram
