#include "engine/api/response_head.h"

#include <algorithm>

#include "engine/base/check.h"

namespace gram::api {

Result<ResponseHead> ResponseHead::Make(const tokenizer::Tokenizer& tokenizer,
                                        std::string_view text, bool parse_special, size_t most) {
  GRAM_ASSIGN_OR_RETURN(const std::vector<tokenizer::TokenId> ids,
                        parse_special ? tokenizer.Encode(text) : tokenizer.EncodePlain(text));
  ResponseHead head;
  head.whole_ = text;
  head.tokens_ = ids.size();
  for (size_t i = 0; i < ids.size() && i <= most; ++i) {
    head.head_ += tokenizer.TokenBytes(ids[i]);
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

}  // namespace gram::api
