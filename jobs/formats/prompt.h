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

/// Reads `question`, and the system prompt, the earlier rounds and the addition to the question
/// where the format has fields for them. Error codes: wrong_type, bad_conversation.
std::optional<RowError> ReadPrompt(RowView& view, const Format& format, const JsonField& question,
                                   Prompt& prompt);

}  // namespace gram::jobs

#endif  // GRAM_JOBS_FORMATS_PROMPT_H_
