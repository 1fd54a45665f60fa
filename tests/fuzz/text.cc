// A text (behind a prefix and a suffix, with "%%%%" between) and the tiny model's tokenizer. Holds:
// encoding equals the slow reference, decoding gives the text in normalisation form C, added tokens
// are found by all that look for them, and a templated text is the joined one where no added token
// touches the content.
#include <algorithm>

#include "tests/fuzz/fuzzing.h"
#include "tests/tokenizer/testing.h"
#include "tokenizer/utf8.h"

namespace gram::fuzz {
namespace {

using tokenizer::testing::Ids;
using tokenizer::testing::TinyTokenizer;

constexpr size_t kReferenceBytes = 4096;  // the reference takes quadratic time

void CheckPlain(const std::string& text) {
  static const tokenizer::testing::ReferenceBpe reference(tokenizer::testing::TinyJson());
  const Ids ids = *TinyTokenizer().EncodePlain(text);
  Check(*TinyTokenizer().Decode(ids) == tokenizer::testing::ReferenceNfc(text),
        "decoding gives the text in normalisation form C");
  if (text.size() > kReferenceBytes) return;
  Check(ids == ReferenceEncode(reference, text), "encoding equals the reference");
}

void CheckAdded(const std::string& text) {
  const Ids ids = *TinyTokenizer().Encode(text);
  const Ids added = TinyTokenizer().AddedTokensIn(text);
  for (const auto id : added) {
    Check(std::find(ids.begin(), ids.end(), id) != ids.end(),
          "an added token in a text is encoded");
  }
  if (added.empty()) {
    Check(ids == *TinyTokenizer().EncodePlain(text), "without added tokens, encoders agree");
  }
}

void CheckTemplated(const std::string& prefix, const std::string& text, const std::string& suffix) {
  const auto ids = TinyTokenizer().EncodeTemplated(prefix, text, suffix);
  CheckOk(ids.status(), "a templated text is encoded");
  if (text.find_first_of("<>|") != text.npos) return;  // may touch an added token
  Check(*ids == *TinyTokenizer().Encode(prefix + text + suffix),
        "a templated text is the joined one");
}

}  // namespace
}  // namespace gram::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace gram::fuzz;
  Input input(data, size);
  const std::string parts[] = {std::string(input.Part()), std::string(input.Part()),
                               std::string(input.Rest())};
  for (const std::string& text : parts) {
    const bool valid = gram::tokenizer::CheckUtf8(text, "the text").ok();
    const auto ids = TinyTokenizer().Encode(text);
    Check(ids.ok() == valid, "exactly the texts that are UTF-8 are encoded");
    if (!valid) return 0;
    CheckPlain(text);
    CheckAdded(text);
  }
  CheckTemplated(parts[0], parts[1], parts[2]);
  return 0;
}
