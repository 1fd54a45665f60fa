// What a model's chat template does to the texts of a conversation, found by following the template
// (jinja/render.h) with texts that are not known.
#ifndef GRAM_TOKENIZER_CHAT_TEMPLATE_H_
#define GRAM_TOKENIZER_CHAT_TEMPLATE_H_

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "engine/base/status.h"
#include "engine/format/chat_pieces.h"

namespace gram::tokenizer {

/// The special tokens that a template may write, by the names of their variables ("bos_token"):
/// their texts; nothing where the tokenizer's files say that there is none. A template that uses
/// one which is not in the map is refused.
using TokenTexts = std::map<std::string, std::optional<std::string>>;

struct ChatTemplate {
  /// Without the forms that could not be read.
  format::ChatPieces pieces;
  /// Why there is no judge form, or no reward form: kUnsupported, with the reason and with what to
  /// do instead.
  Status judge;
  Status reward;
  /// The BOS token's text, whether or not the template writes it; empty where there is none.
  std::string bos_token = {};
};

/// Follows a template as Hugging Face would render it for one user message with a generation
/// prompt, and for a user message and an answer without one; without tools, enable_thinking not
/// given or false. What it writes is taken as it is: a system prompt of its own is a part of the
/// prefix. Accepted are templates that write each text once and alter it by no more than
/// format::ContentRule and RewardForm say; whatever else they write must be the same for all
/// texts. `where` begins the messages.
ChatTemplate RecognizeChatTemplate(std::string_view jinja, const TokenTexts& tokens,
                                   const std::string& where);

/// From FOLDER/chat_template.jinja, else the "chat_template" of FOLDER/tokenizer_config.json (a
/// text, or a list of named templates of which "default" is taken), else that of
/// FOLDER/chat_template.json: Hugging Face's order. The special tokens are those of
/// tokenizer_config.json and special_tokens_map.json. Errors: kNotFound, kIo, kCorrupt,
/// kUnsupported (chat_template is something else), kOutOfMemory.
Result<ChatTemplate> ChatTemplateFromFolder(const std::string& folder);

}  // namespace gram::tokenizer

#endif  // GRAM_TOKENIZER_CHAT_TEMPLATE_H_
