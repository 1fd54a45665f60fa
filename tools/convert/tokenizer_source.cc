#include "tools/convert/tokenizer_source.h"

#include <utility>

#include "tokenizer/chat_template.h"
#include "tokenizer/tokenizer.h"
#include "tools/convert/file_kind.h"
#include "tools/convert/tokenizer_extras.h"

namespace gram::convert {
namespace {

// Parts that are not overridden come from the folder's template.
Result<format::ChatPieces> LoadChat(const std::string& folder, const ChatOverride& chat) {
  format::ChatPieces pieces;
  if (!chat.prefix || !chat.suffix) {
    GRAM_ASSIGN_OR_RETURN(tokenizer::ChatTemplate found, tokenizer::ChatTemplateFromFolder(folder));
    pieces = {std::move(found.prefix), std::move(found.suffix), std::move(found.no_thinking)};
  }
  pieces.prefix = chat.prefix.value_or(pieces.prefix);
  pieces.suffix = chat.suffix.value_or(pieces.suffix);
  pieces.no_thinking = chat.no_thinking.value_or(pieces.no_thinking);
  return pieces;
}

}  // namespace

Result<TokenizerSource> LoadTokenizer(const std::string& folder, const ChatOverride& chat) {
  GRAM_RETURN_IF_ERROR(CheckIsDownloaded(folder + "/tokenizer.json"));
  std::vector<std::string> notes;
  GRAM_ASSIGN_OR_RETURN(const tokenizer::Tokenizer tokenizer,
                        tokenizer::Tokenizer::FromFolder(folder, &notes));
  for (const char* verdict : {"A", "B"}) {
    if (!tokenizer.TokenToId(verdict)) {
      return Unsupported(folder + "/tokenizer.json: '" + verdict +
                         "' is not a single token; its logit is half of the verdict");
    }
  }
  const auto find = [&](std::string_view text) -> std::optional<int64_t> {
    return tokenizer.TokenToId(text);
  };
  GRAM_RETURN_IF_ERROR(CheckTokenizerExtras(folder, find));
  GRAM_ASSIGN_OR_RETURN(format::ChatPieces pieces, LoadChat(folder, chat));
  return TokenizerSource{tokenizer.Serialize(), tokenizer.vocab_size(), std::move(pieces),
                         std::move(notes)};
}

}  // namespace gram::convert
