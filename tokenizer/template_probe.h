// Running a chat template on one user message without a Jinja engine: the few constructs that chat
// templates of the ChatML family use, and a refusal for everything else.
#ifndef GRAM_TOKENIZER_TEMPLATE_PROBE_H_
#define GRAM_TOKENIZER_TEMPLATE_PROBE_H_

#include <string>
#include <string_view>

#include "engine/base/status.h"

namespace gram::tokenizer {

/// What the template writes for one user message without tools, with a generation prompt: exactly
/// that, with kContentMark (jinja_condition.h) in place of the content. `thinking_off` gives the
/// template enable_thinking = false, otherwise it is undefined. A branch whose condition cannot be
/// told may set variables but not write. Errors: kUnsupported with the reason alone.
Result<std::string> ProbeTemplate(std::string_view jinja, bool thinking_off);

}  // namespace gram::tokenizer

#endif  // GRAM_TOKENIZER_TEMPLATE_PROBE_H_
