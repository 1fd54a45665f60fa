// A chat template. Holds: a comment in front changes nothing; what is recognised can be packed and
// read back, and gives prompts that hold the messages and stay small; a text without Jinja, which
// holds no message, is refused.
#include "tokenizer/chat_template.h"

#include "engine/format/chat_pieces.h"
#include "tests/fuzz/fuzzing.h"

namespace gram::fuzz {
namespace {

constexpr size_t kLargestText = size_t{16} << 20;

const tokenizer::TokenTexts kTokens = {{"bos_token", "<s>"}, {"eos_token", std::nullopt}};

void CheckParts(const std::vector<format::ChatPart>& parts, size_t contents) {
  size_t size = 0;
  size_t found = 0;
  for (size_t i = 0; i < parts.size(); ++i) {
    Check(parts[i].is_content == (i % 2 == 1), "texts and contents take turns");
    found += parts[i].is_content && !parts[i].text.empty() ? 1 : 0;
    size += parts[i].text.size();
    Check(parts[i].text.find(format::kDateMark) == std::string::npos, "the date is filled in");
  }
  Check(found == contents, "every message is in the prompt");
  Check(size <= kLargestText, "a template writes a text of bounded size");
}

void CheckPacked(const format::ChatPieces& pieces) {
  const std::string bytes = format::EncodeChat(pieces);
  const auto back = format::DecodeChat(std::as_bytes(std::span(bytes)), "FILE");
  Check(back.ok() && *back == pieces, "what is packed is read back");
  if (pieces.judge) CheckParts(format::JudgeParts(pieces, " a ", true), 1);
  if (pieces.reward)
    CheckParts(format::RewardParts(pieces, "b", "c\n</think>d", "1 Jan 2025"),
               pieces.reward->think_block ? 3 : 2);
}

}  // namespace
}  // namespace gram::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace gram::fuzz;
  const std::string jinja(reinterpret_cast<const char*>(data), size);
  const auto found = gram::tokenizer::RecognizeChatTemplate(jinja, kTokens, "FILE");
  if (!found.judge.ok()) CheckRefusal(found.judge, "FILE");
  if (!found.reward.ok()) CheckRefusal(found.reward, "FILE");
  Check(found.pieces.judge == found.judge.ok(), "a form is there or refused");
  Check(found.pieces.reward.has_value() == found.reward.ok(), "a form is there or refused");
  CheckPacked(found.pieces);
  if (jinja.find('{') == jinja.npos) Check(!found.judge.ok(), "a text without Jinja is refused");
  // Jinja's trim_blocks takes the line feed behind a comment away.
  if (!jinja.starts_with('\n') && !jinja.starts_with('\r')) {
    const auto commented =
        gram::tokenizer::RecognizeChatTemplate("{# note #}" + jinja, kTokens, "FILE");
    Check(commented.pieces == found.pieces, "a comment changes nothing");
  }
  return 0;
}
