#include "jobs/formats/row_view.h"

#include "jobs/formats/aliases.h"
#include "jobs/formats/transcript.h"

namespace gram::jobs {

const JsonField* RowView::Find(std::string_view name) {
  if (line_.Find(name) != nullptr) return FindPresent(line_, name);
  size_t dot = name.find('.');
  const JsonField* field = FindPresent(line_, name.substr(0, dot));
  while (field != nullptr && dot != std::string_view::npos) {
    name.remove_prefix(dot + 1);
    dot = name.find('.');
    const JsonLine inside = parser_.Open(*field);
    const JsonField* next = FindPresent(inside, name.substr(0, dot));
    field = next == nullptr ? nullptr : &found_.emplace_back(*next);
  }
  return field;
}

std::optional<RowError> RowView::FindOne(std::string_view names, std::string_view part,
                                         const JsonField*& field) {
  field = Find(names);
  std::string used(names);
  for (size_t begin = 0; begin < names.size();) {
    const size_t bar = std::min(names.find('|', begin), names.size());
    const std::string_view name = names.substr(begin, bar - begin);
    begin = bar + 1;
    const JsonField* found = name == names ? nullptr : Find(name);
    if (found == nullptr) continue;
    if (field != nullptr) {
      return RowError{"ambiguous_fields",
                      "more than one field could be the " + std::string(part) + ": " +
                          Quoted(used) + ", " + Quoted(name) +
                          "; name it with --map, or leave the other out with --ignore"};
    }
    field = found;
    used = name;
  }
  if (field == nullptr) return RowError{"missing_field", "no field " + Quoted(names)};
  NoteUse(part, used);
  return std::nullopt;
}

std::optional<RowError> RowView::ReadDialogue(const JsonField& field, bool transcript,
                                              Conversation& conversation) {
  if (field.type != JsonType::kString)
    return ReadConversation(parser_, field, ignored_, conversation);
  if (transcript && IsTranscript(field.text)) {
    conversation = ReadTranscript(field.text);
    // The place for the answer.
    if (conversation.back() == Turn{Speaker::kAssistant, ""}) conversation.pop_back();
  } else {
    conversation = {{Speaker::kUser, field.text}};
  }
  return std::nullopt;
}

void RowView::NoteUse(std::string_view part, std::string_view field) {
  uses_.push_back({std::string(part), std::string(field)});
}

}  // namespace gram::jobs
