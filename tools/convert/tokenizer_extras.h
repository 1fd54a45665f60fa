// What tokenizer_config.json, added_tokens.json and special_tokens_map.json would change in the
// tokenizer that tokenizer.json describes: transformers applies them on top of it.
#ifndef GRAM_TOOLS_CONVERT_TOKENIZER_EXTRAS_H_
#define GRAM_TOOLS_CONVERT_TOKENIZER_EXTRAS_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "engine/base/status.h"

namespace gram::convert {

/// The id of the token with exactly this text in tokenizer.json, if there is one.
using FindToken = std::function<std::optional<int64_t>(std::string_view)>;

/// kUnsupported naming file and field where one of `folder`'s files adds a token, gives one another
/// id or way of matching, or has texts treated in another way; kCorrupt, kIo. Files that are absent
/// change nothing.
Status CheckTokenizerExtras(const std::string& folder, const FindToken& find);

}  // namespace gram::convert

#endif  // GRAM_TOOLS_CONVERT_TOKENIZER_EXTRAS_H_
