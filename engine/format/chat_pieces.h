// The chat template, boiled down to the text around one user message.
#ifndef GRAM_ENGINE_FORMAT_CHAT_PIECES_H_
#define GRAM_ENGINE_FORMAT_CHAT_PIECES_H_

#include <string>

namespace gram::format {

/// Text around the user message that the chat template would write.
struct ChatPieces {
  std::string prefix;
  std::string suffix;
  std::string no_thinking;  ///< follows `suffix` when thinking is off; empty where the template has
                            ///< no such switch

  friend bool operator==(const ChatPieces&, const ChatPieces&) = default;
};

}  // namespace gram::format

#endif  // GRAM_ENGINE_FORMAT_CHAT_PIECES_H_
