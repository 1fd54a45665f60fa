// The prompt of a row: its question field and what a format puts around it.
#ifndef GRAM_JOBS_FORMATS_PROMPT_H_
#define GRAM_JOBS_FORMATS_PROMPT_H_

#include <optional>

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

}  // namespace gram::jobs

#endif  // GRAM_JOBS_FORMATS_PROMPT_H_
