// What a packed file needs from a folder's tokenizer files: the one place where the converter meets
// the tokenizer library.
#ifndef GRAM_TOOLS_CONVERT_TOKENIZER_SOURCE_H_
#define GRAM_TOOLS_CONVERT_TOKENIZER_SOURCE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/base/status.h"
#include "engine/format/chat_pieces.h"

namespace gram::convert {

/// Text that takes the place of what the folder's chat template says.
struct ChatOverride {
  std::optional<std::string> prefix = {};       ///< before the user message
  std::optional<std::string> suffix = {};       ///< after it, up to where the verdict begins
  std::optional<std::string> no_thinking = {};  ///< after the suffix when thinking is off
};

struct TokenizerSource {
  std::string bytes;        ///< tokenizer::Tokenizer::Serialize()'s
  uint64_t vocab_size = 0;  ///< token ids are below it
  format::ChatPieces chat;
  std::vector<std::string> notes;  ///< what is saved in the files and has no effect, a line each
};

/// Reads tokenizer.json and the chat template of `folder`. With both prefix and suffix
/// overridden the folder's template is not read, so it may be one that this build does not know.
/// kUnsupported where `A` or `B`, whose logits are the verdict, is not a single token; else the
/// tokenizer library's errors.
Result<TokenizerSource> LoadTokenizer(const std::string& folder, const ChatOverride& chat);

}  // namespace gram::convert

#endif  // GRAM_TOOLS_CONVERT_TOKENIZER_SOURCE_H_
