#include "tokenizer/chat_template.h"

#include <utility>

#include "tokenizer/chat_forms.h"
#include "tokenizer/jinja/parser.h"

namespace gram::tokenizer {
namespace {

using format::kDateMark;
using format::RewardForm;

// The beginning of a form to which a date_string is given; empty where that changes another part.
// `beginning` is the field of a form that it is.
template <typename Form>
std::string Dated(Result<Form> dated, const Form& form, std::string Form::*beginning) {
  if (!dated.ok()) return "";
  std::string text = std::exchange(*dated.*beginning, form.*beginning);
  return *dated == form ? text : "";
}

// Finds the date in `text`, the beginning of a form, by what that is with a date_string given, puts
// a mark there and sets `date`, unless that is another date already.
void MarkDate(const std::string& dated, std::string* text, std::string* date) {
  std::string found(format::kDefaultDate);
  std::string marked = *text;
  if (text->find(kDateMark) == text->npos) {
    const size_t mark = dated.find(kDateMark);
    if (mark == dated.npos || dated.size() > text->size() + 1) return;
    found = text->substr(mark, text->size() + 1 - dated.size());
    if (found.empty() || format::WithDate(dated, found) != *text) return;
    marked = dated;
  }
  if (!date->empty() && *date != found) {
    *text = format::WithDate(*text, found);
    return;
  }
  *date = found;
  *text = std::move(marked);
}

// Reads both forms, and then with a date to see where it goes.
void ReadForms(ChatSource source, ChatTemplate* found) {
  Result<format::ChatPieces> judge = ReadJudgeForm(source);
  Result<RewardForm> reward = ReadRewardForm(source);
  source.dated = true;
  std::string date;
  if (judge.ok()) {
    const std::string dated = Dated(ReadJudgeForm(source), *judge, &format::ChatPieces::prefix);
    MarkDate(dated, &judge->prefix, &date);
    found->pieces = *std::move(judge);
  }
  if (reward.ok()) {
    const std::string dated = Dated(ReadRewardForm(source), *reward, &RewardForm::before);
    MarkDate(dated, &reward->before, &date);
    found->pieces.reward = *std::move(reward);
  }
  found->judge = judge.status();
  found->reward = reward.status();
  found->pieces.judge = judge.ok();
  found->pieces.date = std::move(date);
}

// Cuts the BOS token off the beginning of both forms.
void CutBos(ChatTemplate* found) {
  const std::string& bos = found->bos_token;
  format::ChatPieces& pieces = found->pieces;
  if (bos.empty()) return;
  const bool judge_has = pieces.judge && pieces.prefix.starts_with(bos);
  bool reward_has = pieces.reward && pieces.reward->before.starts_with(bos);
  if (pieces.judge && pieces.reward && judge_has != reward_has) {
    found->reward = Unsupported("it writes the BOS token for some conversations only");
    pieces.reward.reset();
    reward_has = false;
    if (pieces.prefix.find(kDateMark) == pieces.prefix.npos) pieces.date.clear();
  }
  if (judge_has) pieces.prefix.erase(0, bos.size());
  if (reward_has) pieces.reward->before.erase(0, bos.size());
  if (judge_has || reward_has) pieces.bos = bos;
}

}  // namespace

ChatTemplate RecognizeChatTemplate(std::string_view jinja, const TokenTexts& tokens,
                                   const std::string& where) {
  ChatTemplate found;
  const auto bos = tokens.find("bos_token");
  if (bos != tokens.end()) found.bos_token = bos->second.value_or("");
  const Result<jinja::Block> block = jinja::Parse(jinja);
  if (block.ok()) {
    ReadForms({*block, tokens}, &found);
    CutBos(&found);
  } else {
    found.judge = found.reward = block.status();
    found.pieces.judge = false;
  }
  const auto explain = [&where](const char* way_out, Status* status) {
    if (status->ok()) return;
    *status = Unsupported(where + ": the chat template is not recognised: " + status->message() +
                          "; give " + way_out);
  };
  explain(
      "the text around the message to gram-cpu convert with --template-prefix and "
      "--template-suffix",
      &found.judge);
  explain(
      "the texts around question and response to gram-cpu convert with --template-prefix, "
      "--template-between and --template-end",
      &found.reward);
  return found;
}

}  // namespace gram::tokenizer
