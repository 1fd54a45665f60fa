// Generated texts of given lengths in tokens, and the pairs that the benchmark scores.
#ifndef GRAM_ENGINE_DIAGNOSTICS_BENCH_TEXTS_H_
#define GRAM_ENGINE_DIAGNOSTICS_BENCH_TEXTS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "engine/base/status.h"
#include "gram/bench.h"
#include "gram/judge.h"

namespace gram::diagnostics {

/// Makes texts of random words, the same ones in every run, for one model's tokenizer.
class BenchTexts {
 public:
  /// Measures how many tokens a word has. Errors: as Judge::Prompts.
  static Result<BenchTexts> Make(const Judge& judge);

  /// About `tokens` tokens of text.
  std::string Text(int tokens);

  /// A pair whose prompts have about `tokens` tokens, or some 30 more than the instruction where
  /// that leaves less.
  Pair PairOfPromptLength(int tokens);

  int instruction_tokens() const { return instruction_tokens_; }

 private:
  std::string Words(int count);

  int instruction_tokens_ = 0;
  double tokens_per_word_ = 1;
  uint32_t state_ = 1;
};

struct MixOfPairs {
  std::vector<Pair> pairs;
  BenchMix description;
};

/// The first `count` pairs, 1 to kMaxMixPairs, of the built-in mix: lengths spread from 40 to 900
/// tokens, two to three pairs on some questions. Errors: as Judge::Prompts.
inline constexpr int kMaxMixPairs = 12;
Result<MixOfPairs> MakeMix(const Judge& judge, int count);

}  // namespace gram::diagnostics

#endif  // GRAM_ENGINE_DIAGNOSTICS_BENCH_TEXTS_H_
