// A tokenizer.json, "%%%%", and a text. Holds: a tokenizer that loads is the same one after
// Serialize and Deserialize, bit for bit and in what it makes of the text; ids lie in its
// vocabulary, and plain ids spell what the decoder gives.
#include <vector>

#include "tests/fuzz/fuzzing.h"
#include "tokenizer/tokenizer.h"

namespace gram::fuzz {
namespace {

using tokenizer::Tokenizer;

void CheckIds(const Tokenizer& tokenizer, const std::vector<tokenizer::TokenId>& ids) {
  for (const auto id : ids) {
    Check(id >= 0 && static_cast<size_t>(id) < tokenizer.vocab_size(), "ids are in the vocabulary");
  }
  CheckOk(tokenizer.Decode(ids).status(), "what was encoded can be decoded");
}

void CheckText(const Tokenizer& a, const Tokenizer& b, std::string_view text) {
  const auto ids = a.Encode(text), plain = a.EncodePlain(text);
  Check(ids.ok() == plain.ok(), "both encoders take the same texts");
  if (!ids.ok()) return CheckRefusal(ids.status(), "the text");
  CheckIds(a, *ids);
  CheckIds(a, *plain);
  const tokenizer::TextPart halves[] = {{text.substr(0, text.size() / 2), false},
                                        {text.substr(text.size() / 2), false}};
  const auto parts = a.EncodeParts(halves);
  Check(!parts.ok() || *parts == *plain, "data in parts is the joined data");
  Check(*b.Encode(text) == *ids && *b.EncodePlain(text) == *plain,
        "the packed tokenizer encodes alike");
}

}  // namespace
}  // namespace gram::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace gram::fuzz;
  Input input(data, size);
  const auto loaded = Tokenizer::FromJson(input.Part(), "FILE");
  if (!loaded.ok()) {
    CheckRefusal(loaded.status(), "FILE");
    return 0;
  }
  const std::string bytes = loaded->Serialize();
  const auto packed = Tokenizer::Deserialize(bytes, "FILE");
  CheckOk(packed.status(), "what was serialized can be read");
  Check(packed->Serialize() == bytes, "serializing again gives the same bytes");
  CheckText(*loaded, *packed, input.Rest());
  return 0;
}
