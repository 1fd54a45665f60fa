// The forms of a chat template: a judge's and a reward model's conversation, rendered with messages
// that are not known.
#ifndef GRAM_TOKENIZER_CHAT_FORMS_H_
#define GRAM_TOKENIZER_CHAT_FORMS_H_

#include "engine/base/status.h"
#include "engine/format/chat_pieces.h"
#include "tokenizer/chat_template.h"
#include "tokenizer/jinja/ast.h"

namespace gram::tokenizer {

/// A template, and what is the same in all conversations.
struct ChatSource {
  const jinja::Block& block;
  const TokenTexts& tokens;
  bool dated = false;  ///< it is given a date_string
};

/// Pieces with a judge form alone, BOS in its prefix, and format::kDateMark where the date goes
/// that the template takes from date_string or strftime_now. Errors: kUnsupported with the reason
/// alone.
Result<format::ChatPieces> ReadJudgeForm(const ChatSource& source);

/// The same of a reward form.
Result<format::RewardForm> ReadRewardForm(const ChatSource& source);

}  // namespace gram::tokenizer

#endif  // GRAM_TOKENIZER_CHAT_FORMS_H_
