// The texts of a row as its fields hold them: the prompt, and answers, which may be conversations
// that lead to them.
#ifndef GRAM_JOBS_FORMATS_ROW_TEXTS_H_
#define GRAM_JOBS_FORMATS_ROW_TEXTS_H_

#include <optional>
#include <string>

#include "jobs/formats/conversation.h"
#include "jobs/formats/format.h"
#include "jobs/formats/row_view.h"

namespace gram::jobs {

/// The prompt of a row, where it has one beside its answers.
struct Prompt {
  Conversation turns;
  bool is_text = false;  ///< one string: it may be any user turn of the answers' conversations
};

/// Reads `question`, and the system prompt, the earlier rounds and the additions to the question
/// where the format has fields for them. Null: the question is elsewhere, and a system prompt is
/// all that there can be. Error codes: wrong_type, bad_conversation, ambiguous_fields.
std::optional<RowError> ReadPrompt(RowView& view, const Format& format, const JsonField* question,
                                   Prompt& prompt);

/// How both answers begin, by the format's field for it; empty where the row has none. Error codes:
/// wrong_type.
std::optional<RowError> ReadPrefix(RowView& view, const Format& format, std::string& prefix);

/// What an answer's field holds.
struct Answer {
  Conversation before;  ///< empty where the field holds the answer alone
  std::string text;
};

/// Takes the last turn for the answer. Error codes: bad_conversation (it is not the assistant's);
/// `field` is what the message calls it.
std::optional<RowError> AnswerAtEnd(Conversation conversation, const std::string& field,
                                    Answer& answer);

/// A string is an answer, or, where `transcript` is set, a conversation; messages are a
/// conversation. With `rounds` above 0 that ends before the user turn after so many. Error codes:
/// wrong_type, bad_conversation.
std::optional<RowError> ReadAnswer(RowView& view, const JsonField& field, bool transcript,
                                   size_t rounds, Answer& answer);

/// The conversation that both answers answer. With Turns::kLast, only the user turns before the two
/// have to be the same. Error codes: different_prompts, missing_field (there is none).
std::optional<RowError> SharedConversation(const std::optional<Prompt>& prompt, const Answer& first,
                                           const Answer& second, Turns turns,
                                           Conversation& conversation);

}  // namespace gram::jobs

#endif  // GRAM_JOBS_FORMATS_ROW_TEXTS_H_
