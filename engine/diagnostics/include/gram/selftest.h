// Shows on the user's own machine and model that a score has the same bits however it is computed.
#ifndef GRAM_SELFTEST_H_
#define GRAM_SELFTEST_H_

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "gram/judge.h"
#include "gram/options.h"
#include "gram/status.h"

namespace gram {

/// Two runs' values of one logit, or reward, that ought to be the same bits.
struct LogitDifference {
  size_t pair = 0;     ///< index of the built-in pair
  int order = 0;       ///< 1 or 2: the response shown as Assistant A's, or that has the reward
  char token = 'A';    ///< 'A' or 'B'; 'R': a reward
  float expected = 0;  ///< the reference's
  float got = 0;       ///< the check's
};

/// One way of computing all built-in pairs, compared with the reference.
struct SelfTestCheck {
  std::string name;                           ///< for people, such as "each pair alone"
  std::optional<LogitDifference> difference;  ///< the first one; none: all logits are the same bits
};

struct SelfTestReport {
  std::string model;       ///< the file's path, or what the built-in model is, for people
  EngineInfo engine;       ///< the reference's
  size_t pairs = 0;        ///< four logits each, or two rewards
  int shortest = 0;        ///< tokens of their shortest prompt
  int longest = 0;         ///< tokens of their longest prompt
  bool identical = false;  ///< no check has a difference
  std::vector<SelfTestCheck> checks;
};

/// Scores a dozen built-in pairs together on an engine with `options` (the reference), then: on the
/// same engine a second time, each alone, and in reverse order; on engines that differ from it in
/// one thing, without shared prefixes, with small batches, and on 1 .. N threads (1, 2, N / 2 and N
/// for N > 4; N is the reference's). `done` is told each check as it ends. A difference is a
/// result, not an error. Errors: as Judge::Open and Judge::Score, the first pair's that could not
/// be scored.
Result<SelfTestReport> RunSelfTest(const std::string& model_path, const JudgeOptions& options,
                                   const std::function<void(const SelfTestCheck&)>& done = {});

/// The same on a model that needs no file: two layers in the shape of Qwen3-1.7B, with random bf16
/// weights, in 300 MB of memory. A small model does not show what a library's matrix products do
/// with large ones. The pairs are of random tokens, short ones: it takes seconds. Errors:
/// kInvalidArgument and kUnsupported (options), kOutOfMemory, kInternal.
Result<SelfTestReport> RunShapeSelfTest(const JudgeOptions& options,
                                        const std::function<void(const SelfTestCheck&)>& done = {});

}  // namespace gram

#endif  // GRAM_SELFTEST_H_
