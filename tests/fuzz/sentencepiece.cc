// A tokenizer.model, behind a tokenizer_config.json and "%%%%". Holds: what is made of them is
// JSON, and either a tokenizer or refused as a tokenizer.json would be.
#include "tokenizer/sentencepiece.h"

#include "tests/fuzz/fuzzing.h"
#include "tokenizer/tokenizer.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace gram::fuzz;
  Input input(data, size);
  const std::string_view config = input.Part();
  const auto json = gram::tokenizer::JsonFromSentencePiece(input.Rest(), config, "FILE");
  if (!json.ok()) {
    CheckRefusal(json.status(), "FILE");
    return 0;
  }
  Check(IsJson(*json), "what is made of a model is JSON");
  const auto tokenizer = gram::tokenizer::Tokenizer::FromJson(*json, "FILE");
  if (!tokenizer.ok()) CheckRefusal(tokenizer.status(), "FILE");
  return 0;
}
