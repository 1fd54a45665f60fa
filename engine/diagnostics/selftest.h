// What a self-test runs on: something that opens engines, and pairs that they score. Among them a
// model of any shape with random weights, for where no file is at hand.
#ifndef GRAM_ENGINE_DIAGNOSTICS_SELFTEST_H_
#define GRAM_ENGINE_DIAGNOSTICS_SELFTEST_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engine/base/aligned_buffer.h"
#include "engine/base/bf16.h"
#include "engine/base/status.h"
#include "engine/format/model_config.h"
#include "engine/model/weights.h"
#include "engine/schedule/plan.h"
#include "gram/judge.h"
#include "gram/options.h"
#include "gram/selftest.h"

namespace gram::diagnostics {

/// An open engine.
class SelfTestEngine {
 public:
  SelfTestEngine() = default;
  virtual ~SelfTestEngine() = default;
  SelfTestEngine(const SelfTestEngine&) = delete;
  SelfTestEngine& operator=(const SelfTestEngine&) = delete;

  virtual EngineInfo info() const = 0;
  /// Verdicts of the subject's pairs with these numbers, in this order and in one call; of a
  /// verdict, the logits and lengths count. Errors: the first pair's that could not be scored.
  virtual Result<std::vector<Verdict>> Score(std::span<const size_t> pairs) = 0;
};

class SelfTestSubject {
 public:
  SelfTestSubject() = default;
  virtual ~SelfTestSubject() = default;
  SelfTestSubject(const SelfTestSubject&) = delete;
  SelfTestSubject& operator=(const SelfTestSubject&) = delete;

  virtual std::string name() const = 0;
  virtual size_t pairs() const = 0;
  /// Tokens of a batch that takes a prompt or two.
  virtual int small_batch() const = 0;
  virtual Result<std::unique_ptr<SelfTestEngine>> Open(const JudgeOptions& options) = 0;
};

/// All checks on one subject, as RunSelfTest describes them.
Result<SelfTestReport> TestSubject(SelfTestSubject& subject, const JudgeOptions& options,
                                   const std::function<void(const SelfTestCheck&)>& done);

/// The first logit of `got` whose bits are not those of `expected`; nothing if there is none.
/// Both hold the same number of verdicts.
std::optional<LogitDifference> FirstDifference(std::span<const Verdict> expected,
                                               std::span<const Verdict> got);

/// Qwen3-1.7B cut to two layers and a small vocabulary: every matrix has its real size.
format::ModelConfig RealShape();

/// Random bf16 weights in the packed layout. Their variance is 1 / inputs, so that activations keep
/// their size from layer to layer. Stays where it is: the views point into it.
class RandomWeights {
 public:
  /// All widths of `config` must be multiples of 64.
  explicit RandomWeights(const format::ModelConfig& config);
  RandomWeights(const RandomWeights&) = delete;
  RandomWeights& operator=(const RandomWeights&) = delete;

  const model::Weights& view() const { return view_; }

 private:
  gemm::PackedWeight Matrix(size_t n, size_t k);
  const float* Norm(size_t n);
  const Bf16* Fill(size_t count, size_t inputs);

  std::vector<AlignedBuffer<Bf16>> matrices_;
  std::vector<AlignedBuffer<float>> norms_;
  uint64_t state_ = 1;
  model::Weights view_;
};

/// Pairs of prompts of random tokens: beginnings in common that end inside and on the borders of
/// K/V blocks, prompts of one token and of more than one block.
class ShapeSubject final : public SelfTestSubject {
 public:
  ShapeSubject(std::string name, const format::ModelConfig& config);

  std::string name() const override { return name_; }
  size_t pairs() const override { return prompts_.size() / 2; }
  int small_batch() const override { return 64; }
  Result<std::unique_ptr<SelfTestEngine>> Open(const JudgeOptions& options) override;

 private:
  std::string name_;
  RandomWeights weights_;
  std::vector<schedule::Prompt> prompts_;  // two for each pair
};

}  // namespace gram::diagnostics

#endif  // GRAM_ENGINE_DIAGNOSTICS_SELFTEST_H_
