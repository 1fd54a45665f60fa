// The tokenizer section of a packed file: its size (Serialize's bytes), then a text behind "%%%%".
// Holds: bytes that load are what Serialize writes of them, and every text is encoded into ids of
// the vocabulary, or refused.
#include "tests/fuzz/fuzzing.h"
#include "tokenizer/tokenizer.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace gram::fuzz;
  Input input(data, size);
  const std::string_view bytes = input.Part();
  const auto loaded = gram::tokenizer::Tokenizer::Deserialize(bytes, "FILE");
  if (!loaded.ok()) {
    CheckRefusal(loaded.status(), "FILE");
    return 0;
  }
  Check(loaded->Serialize() == bytes, "bytes that load are what is written of them");
  Check(!loaded->bos() || static_cast<size_t>(*loaded->bos()) < loaded->vocab_size(),
        "the first token is one");
  const auto ids = loaded->Encode(input.Rest());
  if (ids.ok()) CheckOk(loaded->Decode(*ids).status(), "what was encoded can be decoded");
  return 0;
}
