#include "jobs/formats/row_texts.h"

#include <algorithm>
#include <iterator>
#include <string_view>
#include <utility>

#include "jobs/formats/text_parts.h"

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
  for (const std::string_view name : SplitNames(names, '+')) {
    std::string addition;
    if (auto error = ReadText(view, name, "question", addition)) return error;
    if (!addition.empty()) question += "\n" + addition;
  }
  return std::nullopt;
}

// A question as turns: a string is one user turn, or a transcript where `transcript` allows it.
MaybeError ReadDialogue(RowView& view, const JsonField& field, bool transcript,
                        Conversation& conversation) {
  if (field.type != JsonType::kString) {
    return ReadConversation(view.parser(), field, view.ignored(), conversation);
  }
  if (transcript && IsTranscript(field.text)) {
    conversation = ReadTranscript(field.text);
    // The place for the answer.
    if (conversation.back() == Turn{Speaker::kAssistant, ""}) conversation.pop_back();
  } else {
    conversation = {{Speaker::kUser, field.text}};
  }
  return std::nullopt;
}

MaybeError ReadQuestion(RowView& view, const Format& format, const JsonField& question,
                        Conversation& asked) {
  if (auto error = ReadDialogue(view, question, format.transcript_question, asked)) return error;
  if (format.addition.empty() || asked.empty()) return std::nullopt;
  return AddAdditions(view, format.addition, asked.back().text);
}

bool IsUser(const Turn& turn) { return turn.speaker == Speaker::kUser; }

Conversation UserTurns(const Conversation& conversation) {
  Conversation turns;
  std::copy_if(conversation.begin(), conversation.end(), std::back_inserter(turns), IsUser);
  return turns;
}

bool StartsWith(const Conversation& conversation, const Conversation& start) {
  return start.size() <= conversation.size() &&
         std::equal(start.begin(), start.end(), conversation.begin());
}

// Whether the prompt says nothing that the conversation does not say itself.
bool HoldsPrompt(const Conversation& conversation, const Prompt& prompt) {
  if (!prompt.is_text) return StartsWith(conversation, prompt.turns);
  return std::any_of(conversation.begin(), conversation.end(), [&](const Turn& turn) {
    return IsUser(turn) && Trimmed(turn.text) == Trimmed(prompt.turns.front().text);
  });
}

// Cuts `conversation` before the user turn after `rounds`.
MaybeError KeepRounds(size_t rounds, const std::string& field, Conversation& conversation) {
  size_t seen = 0;
  const auto behind = std::find_if(conversation.begin(), conversation.end(), [&](const Turn& turn) {
    return IsUser(turn) && ++seen > rounds;
  });
  if (seen < rounds) {
    return RowError{"bad_conversation", "field " + Quoted(field) + " has fewer than " +
                                            std::to_string(rounds) + " rounds"};
  }
  conversation.erase(behind, conversation.end());
  return std::nullopt;
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

MaybeError AnswerAtEnd(Conversation conversation, const std::string& field, Answer& answer) {
  if (conversation.empty() || conversation.back().speaker != Speaker::kAssistant) {
    return RowError{"bad_conversation",
                    "the last turn of field " + Quoted(field) + " is not the assistant's"};
  }
  answer.text = std::move(conversation.back().text);
  conversation.pop_back();
  answer.before = std::move(conversation);
  return std::nullopt;
}

MaybeError ReadAnswer(RowView& view, const JsonField& field, bool transcript, size_t rounds,
                      Answer& answer) {
  Conversation conversation;
  if (field.type == JsonType::kString) {
    if (!transcript) {
      answer = {{}, field.text};
      return std::nullopt;
    }
    if (!IsTranscript(field.text)) return WrongType(field, "a transcript (\"\\n\\nHuman:\")");
    conversation = ReadTranscript(field.text);
  } else if (auto error = ReadConversation(view.parser(), field, view.ignored(), conversation)) {
    return error;
  }
  if (rounds > 0) {
    if (auto error = KeepRounds(rounds, field.name, conversation)) return error;
  }
  return AnswerAtEnd(std::move(conversation), field.name, answer);
}

MaybeError SharedConversation(const std::optional<Prompt>& prompt, const Answer& first,
                              const Answer& second, Turns turns, Conversation& conversation) {
  const bool same = turns == Turns::kLast ? UserTurns(first.before) == UserTurns(second.before)
                                          : first.before == second.before;
  if (!same) {
    return RowError{"different_prompts",
                    turns == Turns::kLast
                        ? "the two conversations differ in their user turns"
                        : "the two conversations differ before the last answer; --turns last "
                          "compares those whose user turns are the same"};
  }
  conversation = first.before;
  if (!prompt) {
    if (!conversation.empty()) return std::nullopt;
    return RowError{"missing_field", "no field holds a question, nor do the answers' fields"};
  }
  // A conversation that the user begins holds its prompt; one that the assistant begins follows it.
  const auto begin = std::find_if(conversation.begin(), conversation.end(), [](const Turn& turn) {
    return turn.speaker != Speaker::kSystem;
  });
  const bool whole = begin != conversation.end() && IsUser(*begin);
  if (whole && HoldsPrompt(conversation, *prompt)) return std::nullopt;
  if (whole && std::any_of(prompt->turns.begin(), prompt->turns.end(), IsUser)) {
    return RowError{"different_prompts",
                    "the prompt is not in the answers' conversations; --map with response1 and "
                    "response2 alone leaves it out"};
  }
  conversation.insert(conversation.begin(), prompt->turns.begin(), prompt->turns.end());
  return std::nullopt;
}

}  // namespace gram::jobs
