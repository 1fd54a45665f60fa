#include "tools/convert/tokenizer_source.h"

#include "tools/convert/json.h"

namespace gram::convert {
namespace {

constexpr size_t kLargestTokenizer = 1'000'000'000;  // bytes

}  // namespace

Result<TokenizerSource> LoadTokenizer(const std::string& folder, const ChatOverride& chat) {
  TokenizerSource source;
  GRAM_ASSIGN_OR_RETURN(source.bytes, ReadTextFile(folder + "/tokenizer.json", kLargestTokenizer));
  source.vocab_size = 1029;
  source.chat = {chat.prefix.value_or(""), chat.suffix.value_or(""), chat.no_thinking.value_or("")};
  return source;
}

}  // namespace gram::convert
