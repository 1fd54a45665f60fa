// Texts that hold several parts, one written after the other: transcripts of conversations, judging
// prompts, and two texts with the same question at their beginning.
#ifndef GRAM_JOBS_FORMATS_TEXT_PARTS_H_
#define GRAM_JOBS_FORMATS_TEXT_PARTS_H_

#include <optional>
#include <string>
#include <string_view>

#include "jobs/formats/conversation.h"
#include "jobs/io/json_line.h"

namespace gram::jobs {

/// Whether `text` begins as a transcript does: "\n\nHuman:", with or without the line feeds.
bool IsTranscript(std::string_view text);

/// The turns of a transcript, cut at every "\n\nHuman:" and "\n\nAssistant:"; one space behind the
/// colon is dropped, all else is kept. `text` is one by IsTranscript.
Conversation ReadTranscript(std::string_view text);

/// Two texts that begin with the same question.
struct SharedBeginning {
  std::string question;
  std::string first;
  std::string second;
};

/// Cuts both texts in what they share: at the last mark of an assistant's turn, which is left out,
/// else between words. White space between question and answers is left out. Error codes:
/// bad_conversation (they share no word).
std::optional<RowError> SplitSharedBeginning(std::string_view first, std::string_view second,
                                             SharedBeginning& parts);

/// A rendered judging prompt's parts.
struct JudgePromptParts {
  std::string question;
  std::string response_a;
  std::string response_b;
};

/// Whether `text` holds the lines that mark the parts of a judging prompt.
bool IsJudgePrompt(std::string_view text);

/// Takes the prompt apart at its marks. Error codes: bad_markers (one is not there, in the wrong
/// place, or there twice, so that a part's text cannot be told from the frame).
std::optional<RowError> ReadJudgePrompt(std::string_view text, JudgePromptParts& parts);

}  // namespace gram::jobs

#endif  // GRAM_JOBS_FORMATS_TEXT_PARTS_H_
