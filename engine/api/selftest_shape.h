// A model of any shape with random weights, in memory: what a self-test runs on where no file is at
// hand.
#ifndef GRAM_ENGINE_API_SELFTEST_SHAPE_H_
#define GRAM_ENGINE_API_SELFTEST_SHAPE_H_

#include <memory>
#include <string>
#include <vector>

#include "engine/api/selftest_subject.h"
#include "engine/base/aligned_buffer.h"
#include "engine/base/bf16.h"
#include "engine/format/model_config.h"
#include "engine/model/weights.h"
#include "engine/schedule/plan.h"

namespace gram::api {

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

}  // namespace gram::api

#endif  // GRAM_ENGINE_API_SELFTEST_SHAPE_H_
