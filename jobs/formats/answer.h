// What an answer's field holds: the answer, and perhaps the conversation that leads to it.
#ifndef GRAM_JOBS_FORMATS_ANSWER_H_
#define GRAM_JOBS_FORMATS_ANSWER_H_

#include <optional>
#include <string>

#include "jobs/formats/conversation.h"
#include "jobs/formats/prompt.h"
#include "jobs/formats/row_view.h"
#include "jobs/io/row_error.h"

namespace gram::jobs {

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

#endif  // GRAM_JOBS_FORMATS_ANSWER_H_
