// Prompts of the committed tiny tokenizer, or of the real one, for tests.
#ifndef GRAM_TESTS_ENGINE_API_PROMPTS_H_
#define GRAM_TESTS_ENGINE_API_PROMPTS_H_

#include <gtest/gtest.h>

#include <memory>
#include <utility>
#include <vector>

#include "engine/api/prompt.h"

namespace gram::testing {

inline constexpr size_t kModelTokens = 4000;

inline format::ChatPieces Chat() {
  return {"<|im_start|>user\n", "<|im_end|>\n<|im_start|>assistant\n", "<think>\n\n</think>\n\n"};
}

/// A prompt maker and the protocol that it borrows.
class OwnedPrompts {
 public:
  OwnedPrompts(const tokenizer::Tokenizer& tokenizer, const ScoreOptions& options,
               size_t model_tokens = kModelTokens) {
    auto protocol = api::PairProtocol::Make(Chat(), {}, tokenizer, options);
    EXPECT_TRUE(protocol.ok()) << protocol.status().message();
    protocol_ = std::move(protocol).value();
    auto maker = api::PromptMaker::Make(&tokenizer, protocol_.get(), options, model_tokens);
    EXPECT_TRUE(maker.ok()) << maker.status().message();
    maker_ = std::move(maker).value();
  }

  Result<api::PairPrompts> Prompts(const Pair& pair) const { return maker_.Prompts(pair); }
  Result<std::vector<int32_t>> CommonPrefix() const { return maker_.CommonPrefix(); }

 private:
  std::unique_ptr<const api::PairProtocol> protocol_;
  api::PromptMaker maker_;
};

inline OwnedPrompts MakePrompts(const tokenizer::Tokenizer& tokenizer,
                                const ScoreOptions& options) {
  return {tokenizer, options};
}

}  // namespace gram::testing

#endif  // GRAM_TESTS_ENGINE_API_PROMPTS_H_
