// Conversations as rows hold them, and the question that a judge is asked about one.
#ifndef GRAM_JOBS_FORMATS_CONVERSATION_H_
#define GRAM_JOBS_FORMATS_CONVERSATION_H_

#include <optional>
#include <string>
#include <vector>

#include "jobs/formats/row_view.h"
#include "jobs/io/json_line.h"

namespace gram::jobs {

/// What becomes of a conversation of several turns where the judge takes one question.
enum class Turns {
  kJoin,  ///< all of it, each turn after its speaker's name: nothing is lost
  kLast   ///< the last user turn alone
};

enum class Speaker { kSystem, kUser, kAssistant, kTool };

struct Turn {
  Speaker speaker = Speaker::kUser;
  std::string text;

  bool operator==(const Turn&) const = default;
};

using Conversation = std::vector<Turn>;

/// Whether `field` is a message (an object with role and content, or from and value; tool calls may
/// stand for the content) or a list that begins with one. Looks no further.
bool HoldsMessages(JsonLineParser& parser, const JsonField& field);

/// Reads a list of messages, or one message. Content is a string or a list of text parts; a
/// message's tool calls follow it, a line each: "Tool call: NAME(ARGUMENTS)". System messages
/// without text are left out. Error codes: wrong_type (also: a part or a field that is no text, as
/// an image), bad_conversation (an unknown role), unused_field (a field of a message that is not
/// judged and not in `ignored`), too_many, each naming the field.
std::optional<RowError> ReadConversation(JsonLineParser& parser, const JsonField& field,
                                         const NameSet& ignored, Conversation& conversation);

/// The question that a conversation up to the answer puts. kLast: the text of the last user turn.
/// kJoin: "User: ...", "Assistant: ..." and so on, a line feed between turns; a user turn that is
/// alone stands as it is. Error codes: bad_conversation (no user turn).
std::optional<RowError> AskedQuestion(const Conversation& conversation, Turns turns,
                                      std::string& question);

}  // namespace gram::jobs

#endif  // GRAM_JOBS_FORMATS_CONVERSATION_H_
