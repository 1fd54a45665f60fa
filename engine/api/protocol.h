// How a pair of answers is put to a model, and how what the model says becomes a verdict: for
// judges, which compare two answers in one prompt, and for reward models, which see one at a time.
#ifndef GRAM_ENGINE_API_PROTOCOL_H_
#define GRAM_ENGINE_API_PROTOCOL_H_

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "engine/api/prompt_template.h"
#include "engine/base/status.h"
#include "engine/format/model_config.h"
#include "engine/model/forward.h"
#include "gram/judge.h"
#include "gram/options.h"
#include "tokenizer/tokenizer.h"

namespace gram::api {

/// The token ids of a pair's two prompts. A judge's: [0] response 1 in slot A, [1] response 2 in
/// slot A. A reward model's: [0] with response 1, [1] with response 2.
using PromptPair = std::array<std::vector<int32_t>, 2>;

/// What was read at the end of one prompt, and the prompt's length in tokens.
struct Reading {
  model::HeadValues values{};
  int tokens = 0;
};

/// One model asked with one set of options. Immutable.
class PairProtocol {
 public:
  /// Borrows the tokenizer. Errors: kInvalidArgument (an option that the model has no use for, a
  /// judging prompt that is none, a label that is not one token), kInvalidUtf8, kUnsupported (a
  /// chat template that has no form for the protocol).
  static Result<std::unique_ptr<const PairProtocol>> Make(const format::ChatPieces& chat,
                                                          const format::Readout& readout,
                                                          const tokenizer::Tokenizer& tokenizer,
                                                          const ScoreOptions& options);

  virtual ~PairProtocol() = default;

  /// Errors: kTooLong, for a prompt of 2 GiB.
  virtual Result<PromptPair> Encode(std::string_view question, std::string_view response1,
                                    std::string_view response2) const = 0;

  /// The lines by which the judging prompt separates its parts; none where there is no such prompt.
  virtual const MarkerFinder& markers() const = 0;

  /// How many of the prompt's tokens are computed: up to the one that is read.
  virtual size_t TokensToRun(std::span<const int32_t> prompt) const { return prompt.size(); }

  /// The rows of the model's head that are read.
  virtual std::span<const int32_t> head_rows() const = 0;

  /// The verdict of the readings of both prompts, which must be finite.
  virtual Verdict Decide(const std::array<Reading, 2>& readings) const = 0;
};

}  // namespace gram::api

#endif  // GRAM_ENGINE_API_PROTOCOL_H_
