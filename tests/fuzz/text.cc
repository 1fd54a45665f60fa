// A text (behind a prefix and a suffix, with "%%%%" between) and small tokenizers of all pipelines.
// Holds: encoding equals the slow reference, decoding gives the text in its normal form, control
// tokens are found by all that look for them, and parts are the joined text where no control token
// touches data.
#include <algorithm>

#include "tests/fuzz/fuzzing.h"
#include "tests/tokenizer/families.h"
#include "tokenizer/utf8.h"

namespace gram::fuzz {
namespace {

using tokenizer::TextPart;
using tokenizer::Tokenizer;
using tokenizer::testing::FamilyTokenizer;
using tokenizer::testing::Ids;

constexpr size_t kReferenceBytes = 2048;  // the reference takes quadratic time

void CheckPlain(const std::string& family, const std::string& text) {
  const Ids ids = *FamilyTokenizer(family).EncodePlain(text);
  std::string normal = tokenizer::testing::ReferenceNormal(family, text);
  if (family == "internlm2-prepend" && !text.empty()) normal.erase(0, 1);
  Check(*FamilyTokenizer(family).Decode(ids) == normal, "decoding gives the text's normal form");
  if (text.size() > kReferenceBytes) return;
  Check(ids == tokenizer::testing::ReferencePlain(family, text), "encoding equals the reference");
}

void CheckAdded(const Tokenizer& tokenizer, const std::string& text) {
  const Ids ids = *tokenizer.Encode(text);
  const Ids added = tokenizer.AddedTokensIn(text);
  for (const auto id : added) {
    Check(std::find(ids.begin(), ids.end(), id) != ids.end(),
          "a control token in a text is encoded");
  }
  if (added.empty()) {
    Check(ids == *tokenizer.EncodePlain(text), "without control tokens, encoders agree");
  }
}

// How many of `ids` are among `wanted`.
size_t Count(const Ids& ids, const Ids& wanted) {
  return static_cast<size_t>(std::count_if(ids.begin(), ids.end(), [&](auto id) {
    return std::find(wanted.begin(), wanted.end(), id) != wanted.end();
  }));
}

void CheckParts(const Tokenizer& tokenizer, const std::string (&texts)[3]) {
  const TextPart parts[] = {{texts[0], true}, {texts[1], false}, {texts[2], true}};
  const auto ids = tokenizer.EncodeParts(parts);
  CheckOk(ids.status(), "a text in parts is encoded");
  const std::string joined = texts[0] + texts[1] + texts[2];
  const Ids whole = *tokenizer.Encode(joined);
  const Ids control = tokenizer.AddedTokensIn(joined);
  if (Count(*ids, control) != Count(whole, control)) return;  // one of them touches the data
  Check(*ids == whole, "a text in parts is the joined one");
}

}  // namespace
}  // namespace gram::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace gram::fuzz;
  Input input(data, size);
  const std::string parts[] = {std::string(input.Part()), std::string(input.Part()),
                               std::string(input.Rest())};
  for (const std::string& family : gram::tokenizer::testing::kFamilies) {
    const Tokenizer& tokenizer = FamilyTokenizer(family);
    for (const std::string& text : parts) {
      const bool valid = gram::tokenizer::CheckUtf8(text, "the text").ok();
      Check(tokenizer.Encode(text).ok() == valid, "exactly the texts that are UTF-8 are encoded");
      if (!valid) return 0;
      CheckPlain(family, text);
      CheckAdded(tokenizer, text);
    }
    CheckParts(tokenizer, parts);
  }
  return 0;
}
