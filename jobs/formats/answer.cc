#include "jobs/formats/answer.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "jobs/formats/aliases.h"
#include "jobs/formats/transcript.h"

namespace gram::jobs {
namespace {

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

std::string_view Trimmed(std::string_view text) {
  constexpr std::string_view kWhiteSpace = " \t\r\n";
  const size_t begin = text.find_first_not_of(kWhiteSpace);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kWhiteSpace) + 1 - begin);
}

// Whether the prompt says nothing that the conversation does not say itself.
bool HoldsPrompt(const Conversation& conversation, const Prompt& prompt) {
  if (!prompt.is_text) return StartsWith(conversation, prompt.turns);
  return std::any_of(conversation.begin(), conversation.end(), [&](const Turn& turn) {
    return IsUser(turn) && Trimmed(turn.text) == Trimmed(prompt.turns.front().text);
  });
}

// Cuts `conversation` before the user turn after `rounds`.
std::optional<RowError> KeepRounds(size_t rounds, const std::string& field,
                                   Conversation& conversation) {
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

std::optional<RowError> AnswerAtEnd(Conversation conversation, const std::string& field,
                                    Answer& answer) {
  if (conversation.empty() || conversation.back().speaker != Speaker::kAssistant) {
    return RowError{"bad_conversation",
                    "the last turn of field " + Quoted(field) + " is not the assistant's"};
  }
  answer.text = std::move(conversation.back().text);
  conversation.pop_back();
  answer.before = std::move(conversation);
  return std::nullopt;
}

std::optional<RowError> ReadAnswer(RowView& view, const JsonField& field, bool transcript,
                                   size_t rounds, Answer& answer) {
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

std::optional<RowError> SharedConversation(const std::optional<Prompt>& prompt, const Answer& first,
                                           const Answer& second, Turns turns,
                                           Conversation& conversation) {
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
