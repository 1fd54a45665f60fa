// A small random Qwen3 in memory, and a slow forward pass of it in double precision.
#ifndef GRAM_TESTS_TESTING_TINY_MODEL_H_
#define GRAM_TESTS_TESTING_TINY_MODEL_H_

#include <array>
#include <deque>
#include <vector>

#include "engine/model/weights.h"
#include "tests/testing/packed.h"
#include "tests/testing/random.h"

namespace gram::testing {

/// Owns the weights it shows: once packed, for the engine, and once as plain rows, for the
/// reference.
class TinyModel {
 public:
  /// Random weights for `config`; matrices and embedding of `type`, every value representable in
  /// bf16 when that is kBf16.
  TinyModel(const format::ModelConfig& config, DType type, uint32_t seed);

  const model::Weights& weights() const { return weights_; }

  /// The residual stream of the last token before the final norm, and the logits of two tokens,
  /// each computed in double precision token by token, with no batching, blocking or sharing.
  std::array<double, 2> ReferenceLogits(const std::vector<int32_t>& prompt,
                                        std::array<int32_t, 2> choices) const;

 private:
  struct Matrix {
    std::vector<float> rows;  // [n, k]
    size_t n, k;
  };
  struct PlainLayer {
    Matrix q, kv, o, gate, up, down;
    std::vector<float> attn_norm, q_norm, k_norm, mlp_norm;
  };

  gemm::PackedWeight Own(const Matrix& matrix);
  void Attend(const PlainLayer& layer, std::vector<std::vector<double>>* x) const;
  void FeedForward(const PlainLayer& layer, std::vector<double>* x) const;

  DType type_;
  model::Weights weights_;
  std::deque<OwnedWeight> owned_;
  std::deque<PlainLayer> layers_;
  std::vector<float> embed_, lm_head_, final_norm_;  // plain
  std::vector<Bf16> embed_bf16_, lm_head_bf16_;
};

/// A config whose sizes are no multiple of any vector width unless told so.
inline format::ModelConfig OddConfig() {
  format::ModelConfig config;
  config.hidden = 40;
  config.feed_forward = 72;
  config.layers = 3;
  config.heads = 6;
  config.kv_heads = 2;
  config.head_dim = 24;
  config.vocab = 50;
  config.max_positions = 4096;
  config.rms_eps = 1e-6F;
  config.rope_theta = 10000;
  config.tied_embeddings = true;
  return config;
}

}  // namespace gram::testing

#endif  // GRAM_TESTS_TESTING_TINY_MODEL_H_
