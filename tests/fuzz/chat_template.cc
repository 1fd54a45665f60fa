// A chat template. Holds: one that is recognised is ChatML to the letter; a comment in front
// changes nothing; a text without Jinja is written as it stands; and what a template writes stays
// small, however often it doubles a text.
#include "tokenizer/chat_template.h"

#include "tests/fuzz/fuzzing.h"
#include "tokenizer/jinja.h"

namespace gram::fuzz {
namespace {

constexpr size_t kLargestText = size_t{16} << 20;

void CheckProbe(const std::string& jinja, bool thinking_off) {
  const auto written = tokenizer::ProbeTemplate(jinja, thinking_off);
  const auto commented = tokenizer::ProbeTemplate("{# note #}" + jinja, thinking_off);
  // Jinja's trim_blocks takes the line feed behind a comment away.
  const bool trimmed = jinja.starts_with('\n');
  Check(trimmed || (written.ok() == commented.ok() && (!written.ok() || *written == *commented)),
        "a comment changes nothing");
  if (!written.ok()) return CheckRefusal(written.status(), "");
  Check(written->size() <= kLargestText, "a template writes a text of bounded size");
  if (jinja.find('{') != jinja.npos) return;
  const std::string plain = jinja.ends_with('\n') ? jinja.substr(0, jinja.size() - 1) : jinja;
  Check(*written == plain, "a text without Jinja is written as it stands");
}

void CheckRecognised(const std::string& jinja) {
  const auto chat = tokenizer::RecognizeChatTemplate(jinja, "FILE");
  if (!chat.ok()) return CheckRefusal(chat.status(), "FILE");
  Check(
      chat->prefix == "<|im_start|>user\n" && chat->suffix == "<|im_end|>\n<|im_start|>assistant\n",
      "a template that is recognised is ChatML");
  Check(chat->no_thinking.empty() || chat->no_thinking == "<think>\n\n</think>\n\n",
        "thinking is switched off by an empty thought, or not at all");
}

}  // namespace
}  // namespace gram::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace gram::fuzz;
  const std::string jinja(reinterpret_cast<const char*>(data), size);
  CheckProbe(jinja, false);
  CheckProbe(jinja, true);
  CheckRecognised(jinja);
  return 0;
}
