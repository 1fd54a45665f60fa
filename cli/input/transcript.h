// Conversations that are written out in one string.
#ifndef GRAM_CLI_INPUT_TRANSCRIPT_H_
#define GRAM_CLI_INPUT_TRANSCRIPT_H_

#include <optional>
#include <string>
#include <string_view>

#include "cli/input/conversation.h"
#include "cli/input/row_error.h"

namespace gram::cli {

/// Whether `text` begins as a transcript does: "\n\nHuman:", with or without the line feeds.
bool IsTranscript(std::string_view text);

/// The turns of a transcript, cut at every "\n\nHuman:" and "\n\nAssistant:"; one space behind the
/// colon is dropped, all else is kept. An assistant turn without text at the end, the place for an
/// answer, is left out.
Conversation ReadTranscript(std::string_view text);

/// Two texts that begin with the same question.
struct SharedBeginning {
  std::string question;
  std::string first;
  std::string second;
};

/// Cuts both texts behind what they share: where an assistant's turn begins, by the last of the
/// usual marks in it, else between words. The question ends before white space. Error codes:
/// bad_conversation (they share no word).
std::optional<RowError> SplitSharedBeginning(std::string_view first, std::string_view second,
                                             SharedBeginning& parts);

}  // namespace gram::cli

#endif  // GRAM_CLI_INPUT_TRANSCRIPT_H_
