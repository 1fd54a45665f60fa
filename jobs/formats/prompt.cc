#include "jobs/formats/prompt.h"

#include <algorithm>
#include <string>
#include <utility>

#include "jobs/formats/aliases.h"

namespace gram::jobs {
namespace {

using MaybeError = std::optional<RowError>;

// Rounds before the last, a list of [user, assistant].
MaybeError ReadHistory(RowView& view, const JsonField& history, Conversation& turns) {
  const JsonLine rounds = view.parser().Open(history);
  if (history.type != JsonType::kArray) return WrongType(history, "a list of [user, assistant]");
  if (rounds.error) return rounds.error;
  for (const JsonField& round : rounds.fields) {
    const JsonLine texts = view.parser().Open(round);
    if (texts.fields.size() != 2 || texts.fields[0].type != JsonType::kString ||
        texts.fields[1].type != JsonType::kString) {
      return WrongType(history, "a list of [user, assistant]");
    }
    turns.push_back({Speaker::kUser, texts.fields[0].text});
    turns.push_back({Speaker::kAssistant, texts.fields[1].text});
  }
  return std::nullopt;
}

// The text of an optional field of the format, "a|b": one of these; empty where there is none.
MaybeError ReadText(RowView& view, std::string_view names, std::string_view part,
                    std::string& text) {
  const JsonField* field = nullptr;
  if (names.empty()) return std::nullopt;
  const MaybeError error = view.FindOne(names, part, field);
  if (error && error->code != "missing_field") return error;
  if (field == nullptr) return std::nullopt;
  if (field->type != JsonType::kString) return WrongType(*field, "a string");
  text = field->text;
  return std::nullopt;
}

// The fields of "a+b" on lines of their own behind the question.
MaybeError AddAdditions(RowView& view, std::string_view names, std::string& question) {
  while (!names.empty()) {
    const size_t plus = std::min(names.find('+'), names.size());
    std::string addition;
    if (auto error = ReadText(view, names.substr(0, plus), "question", addition)) return error;
    if (!addition.empty()) question += "\n" + addition;
    names.remove_prefix(std::min(plus + 1, names.size()));
  }
  return std::nullopt;
}

MaybeError ReadQuestion(RowView& view, const Format& format, const JsonField& question,
                        Conversation& asked) {
  if (auto error = view.ReadDialogue(question, format.transcript_question, asked)) return error;
  if (format.addition.empty() || asked.empty()) return std::nullopt;
  return AddAdditions(view, format.addition, asked.back().text);
}

}  // namespace

MaybeError ReadPrompt(RowView& view, const Format& format, const JsonField* question,
                      Prompt& prompt) {
  Conversation asked;
  if (question != nullptr) {
    if (auto error = ReadQuestion(view, format, *question, asked)) return error;
  }
  std::string system;
  if (auto error = ReadText(view, format.system, "system", system)) return error;
  if (!system.empty()) prompt.turns.push_back({Speaker::kSystem, system});
  const JsonField* history = format.history.empty() ? nullptr : view.Find(format.history);
  if (history != nullptr) {
    view.NoteUse("earlier turns", format.history);
    if (auto error = ReadHistory(view, *history, prompt.turns)) return error;
  }
  const bool text = question != nullptr && question->type == JsonType::kString;
  prompt.is_text = text && asked.size() == 1 && prompt.turns.empty();
  prompt.turns.insert(prompt.turns.end(), asked.begin(), asked.end());
  return std::nullopt;
}

MaybeError ReadPrefix(RowView& view, const Format& format, std::string& prefix) {
  return ReadText(view, format.prefix, "prefix", prefix);
}

}  // namespace gram::jobs
