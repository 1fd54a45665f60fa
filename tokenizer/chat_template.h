// The text that a model's chat template puts around one user message.
#ifndef GRAM_TOKENIZER_CHAT_TEMPLATE_H_
#define GRAM_TOKENIZER_CHAT_TEMPLATE_H_

#include <string>
#include <string_view>

#include "engine/base/status.h"

namespace gram::tokenizer {

/// The prompt is prefix + message + suffix, and no_thinking behind that when thinking is off.
struct ChatTemplate {
  std::string prefix;       ///< "<|im_start|>user\n"
  std::string suffix;       ///< "<|im_end|>\n<|im_start|>assistant\n"
  std::string no_thinking;  ///< "<think>\n\n</think>\n\n"; empty: the template has no such switch
};

/// Recognises templates that write exactly this for one user message: Qwen3's and plain ChatML. A
/// template that writes anything else, such as a default system prompt, or that cannot be followed
/// to the end, is refused (kUnsupported) with the reason and with what to do instead. `where`
/// begins the message.
Result<ChatTemplate> RecognizeChatTemplate(std::string_view jinja, const std::string& where);

/// From FOLDER/chat_template.jinja, else the "chat_template" of FOLDER/tokenizer_config.json (a
/// text, or a list of named templates of which "default" is taken), else that of
/// FOLDER/chat_template.json: Hugging Face's order. Errors: also kNotFound, kIo, kCorrupt,
/// kOutOfMemory.
Result<ChatTemplate> ChatTemplateFromFolder(const std::string& folder);

/// Runs a template without a Jinja engine: the few constructs that chat templates of the ChatML
/// family use, and a refusal for everything else. What the template writes for one user message
/// without tools, with a generation prompt: exactly that, with kContentMark (jinja.h) in place of
/// the content. `thinking_off` gives the template enable_thinking = false, otherwise it is
/// undefined. A branch whose condition is not known here may set variables but not write. Errors:
/// kUnsupported with the reason alone.
Result<std::string> ProbeTemplate(std::string_view jinja, bool thinking_off);

}  // namespace gram::tokenizer

#endif  // GRAM_TOKENIZER_CHAT_TEMPLATE_H_
