// What a packed file takes from a folder's chat template, and what the user gives instead.
#include <optional>
#include <utility>

#include "tokenizer/chat_template.h"
#include "tools/convert/packing.h"

namespace gram::convert {
namespace {

Status CheckOverride(const ChatOverride& chat) {
  for (const auto& [name, text] :
       {std::pair("--template-prefix", &chat.prefix), std::pair("--template-suffix", &chat.suffix),
        std::pair("--template-no-thinking", &chat.no_thinking),
        std::pair("--template-between", &chat.between), std::pair("--template-end", &chat.end)}) {
    if (text->value_or("").find(format::kDateMark) != std::string::npos) {
      return InvalidArgument(std::string(name) + " has a control character; leave it out");
    }
  }
  if (chat.between.has_value() != chat.end.has_value() || (chat.between && !chat.prefix)) {
    return InvalidArgument(
        "--template-between and --template-end go together, and with "
        "--template-prefix; give all three");
  }
  return {};
}

// Whether `chat` holds a whole form, so that the folder's template need not be known.
bool IsGiven(const ChatOverride& chat, ChatForm form) {
  return chat.prefix && (form == ChatForm::kJudge ? chat.suffix : chat.between).has_value();
}

void OverrideJudge(const ChatOverride& chat, format::ChatPieces* pieces) {
  if (IsGiven(chat, ChatForm::kJudge)) {
    pieces->judge = true;
    pieces->message = {};
    pieces->no_thinking.clear();
  }
  if (!pieces->judge) return;
  pieces->prefix = chat.prefix.value_or(pieces->prefix);
  pieces->suffix = chat.suffix.value_or(pieces->suffix);
  pieces->no_thinking = chat.no_thinking.value_or(pieces->no_thinking);
  pieces->message.trimmed |= chat.trim;
}

void OverrideReward(const ChatOverride& chat, format::ChatPieces* pieces) {
  if (IsGiven(chat, ChatForm::kReward)) {
    pieces->reward =
        format::RewardForm{.before = *chat.prefix, .between = *chat.between, .after = *chat.end};
  } else if (pieces->reward && chat.prefix) {
    pieces->reward->before = *chat.prefix;
  }
  if (!pieces->reward || !chat.trim) return;
  pieces->reward->question.trimmed = true;
  if (!pieces->reward->think_block) pieces->reward->response.trimmed = true;
}

// Of a prefix that the user gave: the BOS token's text at its beginning is kept apart, as of a
// template's, and there is no date in it that could be another.
void SettlePrefix(const std::string& given, const std::string& bos, format::ChatPieces* pieces) {
  const bool has_bos = !bos.empty() && given.starts_with(bos);
  pieces->bos = has_bos ? bos : "";
  pieces->date.clear();
  if (!has_bos) return;
  if (pieces->judge) pieces->prefix.erase(0, bos.size());
  if (pieces->reward) pieces->reward->before.erase(0, bos.size());
}

}  // namespace

Result<format::ChatPieces> LoadChat(const std::string& folder, const ChatOverride& chat,
                                    ChatForm form) {
  GRAM_RETURN_IF_ERROR(CheckOverride(chat));
  Result<tokenizer::ChatTemplate> found = tokenizer::ChatTemplateFromFolder(folder);
  format::ChatPieces pieces;
  if (found.ok()) {
    pieces = std::move(found->pieces);
  } else {
    if (!IsGiven(chat, form)) return found.status();
    pieces.judge = false;
  }
  OverrideJudge(chat, &pieces);
  OverrideReward(chat, &pieces);
  if (chat.prefix) SettlePrefix(*chat.prefix, found.ok() ? found->bos_token : "", &pieces);
  if (form == ChatForm::kJudge && !pieces.judge) return found->judge;
  if (form == ChatForm::kReward && !pieces.reward) return found->reward;
  return pieces;
}

}  // namespace gram::convert
