// Prompts of the committed tiny tokenizer, or of the real one, for tests.
#ifndef GRAM_TESTS_ENGINE_API_PROMPTS_H_
#define GRAM_TESTS_ENGINE_API_PROMPTS_H_

#include <gtest/gtest.h>

#include <utility>

#include "engine/api/prompt.h"

namespace gram::testing {

inline constexpr size_t kModelTokens = 4000;

inline format::ChatPieces Chat() {
  return {"<|im_start|>user\n", "<|im_end|>\n<|im_start|>assistant\n", "<think>\n\n</think>\n\n"};
}

inline api::PromptMaker MakePrompts(const tokenizer::Tokenizer& tokenizer,
                                    const ScoreOptions& options) {
  auto maker = api::PromptMaker::Make(&tokenizer, Chat(), options, kModelTokens);
  EXPECT_TRUE(maker.ok()) << maker.status().message();
  return std::move(maker).value();
}

}  // namespace gram::testing

#endif  // GRAM_TESTS_ENGINE_API_PROMPTS_H_
