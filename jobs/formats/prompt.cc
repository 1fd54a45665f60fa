#include "jobs/formats/prompt.h"

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

// The text of an optional field of the format; empty where there is none.
MaybeError ReadText(RowView& view, std::string_view name, std::string_view part,
                    std::string& text) {
  const JsonField* field = name.empty() ? nullptr : view.Find(name);
  if (field == nullptr) return std::nullopt;
  if (field->type != JsonType::kString) return WrongType(*field, "a string");
  view.NoteUse(part, name);
  text = field->text;
  return std::nullopt;
}

}  // namespace

MaybeError ReadPrompt(RowView& view, const Format& format, const JsonField& question,
                      Prompt& prompt) {
  prompt.is_text = question.type == JsonType::kString;
  Conversation asked;
  if (auto error = view.ReadDialogue(question, format.transcript_question, asked)) return error;
  std::string addition;
  if (auto error = ReadText(view, format.addition, "question", addition)) return error;
  if (!addition.empty()) asked.back().text += "\n" + addition;
  std::string system;
  if (auto error = ReadText(view, format.system, "system", system)) return error;
  if (!system.empty()) prompt.turns.push_back({Speaker::kSystem, system});
  const JsonField* history = format.history.empty() ? nullptr : view.Find(format.history);
  if (history != nullptr) {
    view.NoteUse("earlier turns", format.history);
    if (auto error = ReadHistory(view, *history, prompt.turns)) return error;
  }
  prompt.is_text = prompt.is_text && asked.size() == 1 && prompt.turns.empty();
  prompt.turns.insert(prompt.turns.end(), asked.begin(), asked.end());
  return std::nullopt;
}

}  // namespace gram::jobs
