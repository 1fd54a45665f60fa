#include "engine/diagnostics/bench_texts.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

namespace gram::diagnostics {
namespace {

constexpr std::array<std::string_view, 32> kWords = {
    "the",    "answer", "of",    "a",     "river", "is",    "often",  "more",
    "number", "light",  "when",  "it",    "water", "can",   "be",     "small",
    "garden", "and",    "table", "under", "write", "first", "paper",  "with",
    "letter", "every",  "house", "in",    "music", "not",   "winter", "question"};

/// Tokens of a pair's texts.
struct MixRow {
  int question;  ///< rows with the same number ask the same
  int question_tokens;
  int response1_tokens;
  int response2_tokens;
};

constexpr std::array<MixRow, kMaxMixPairs> kMix = {{{0, 12, 10, 18},
                                                    {1, 18, 30, 22},
                                                    {2, 25, 60, 45},
                                                    {2, 25, 80, 75},
                                                    {3, 15, 120, 90},
                                                    {4, 40, 110, 130},
                                                    {4, 40, 160, 120},
                                                    {4, 40, 200, 150},
                                                    {5, 60, 190, 220},
                                                    {6, 30, 300, 250},
                                                    {7, 80, 310, 350},
                                                    {7, 80, 420, 400}}};

uint32_t NextRandom(uint32_t* state) {
  *state = *state * 1664525U + 1013904223U;
  return *state >> 16;
}

Result<int> PromptTokens(const Judge& judge, const Pair& pair) {
  GRAM_ASSIGN_OR_RETURN(const auto prompts, judge.Prompts(pair, {}));
  return static_cast<int>(prompts[0].size());
}

}  // namespace

Result<BenchTexts> BenchTexts::Make(const Judge& judge) {
  constexpr int kSampleWords = 200;
  BenchTexts texts;
  GRAM_ASSIGN_OR_RETURN(texts.instruction_tokens_, PromptTokens(judge, {}));
  GRAM_ASSIGN_OR_RETURN(const int with_sample,
                        PromptTokens(judge, {"", texts.Words(kSampleWords), ""}));
  texts.tokens_per_word_ =
      std::max(1, with_sample - texts.instruction_tokens_) / static_cast<double>(kSampleWords);
  return texts;
}

std::string BenchTexts::Words(int count) {
  std::string text;
  for (int i = 0; i < count; ++i) {
    if (i > 0) text += ' ';
    text += kWords[NextRandom(&state_) % kWords.size()];
  }
  return text;
}

std::string BenchTexts::Text(int tokens) {
  return Words(std::max(1, static_cast<int>(std::lround(tokens / tokens_per_word_))));
}

Pair BenchTexts::PairOfPromptLength(int tokens) {
  const int texts = std::max(30, tokens - instruction_tokens_);
  return {Text(texts / 5), Text(texts * 2 / 5), Text(texts * 2 / 5)};
}

Result<MixOfPairs> MakeMix(const Judge& judge, int count) {
  GRAM_ASSIGN_OR_RETURN(BenchTexts texts, BenchTexts::Make(judge));
  MixOfPairs mix;
  BenchMix& description = mix.description;
  description.instruction_tokens = texts.instruction_tokens();
  int last_question = -1;
  for (const MixRow& row : std::span(kMix).first(static_cast<size_t>(count))) {
    const bool asked = row.question == last_question;
    Pair pair = {asked ? mix.pairs.back().question : texts.Text(row.question_tokens),
                 texts.Text(row.response1_tokens), texts.Text(row.response2_tokens)};
    GRAM_ASSIGN_OR_RETURN(const int tokens, PromptTokens(judge, pair));
    const int own = tokens - texts.instruction_tokens();
    description.shortest = mix.pairs.empty() ? own : std::min(description.shortest, own);
    description.longest = std::max(description.longest, own);
    description.questions += asked ? 0 : 1;
    last_question = row.question;
    mix.pairs.push_back(std::move(pair));
  }
  description.pairs = count;
  return mix;
}

}  // namespace gram::diagnostics
