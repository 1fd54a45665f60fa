// A small random model of any family in memory, and a slow forward pass of it in double precision.
#ifndef GRAM_TESTS_TESTING_TINY_MODEL_H_
#define GRAM_TESTS_TESTING_TINY_MODEL_H_

#include <array>
#include <deque>
#include <string>
#include <utility>
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

  /// The logits of two tokens after the last one, computed in double precision token by token, with
  /// no batching, blocking or sharing. `scale_in_bf16`: embeddings are scaled by a bf16 number.
  std::array<double, 2> ReferenceLogits(const std::vector<int32_t>& prompt,
                                        std::array<int32_t, 2> choices,
                                        bool scale_in_bf16 = false) const;

 private:
  struct Matrix {
    std::vector<float> rows;  // [n, k]
    size_t n, k;
  };
  struct PlainLayer {
    Matrix q, kv, o, gate, up, down;
    std::vector<float> attn_norm, mlp_norm;
    std::vector<float> q_norm, k_norm, q_bias, kv_bias, attn_out_norm, mlp_out_norm;  // or empty
    size_t window;  // of positions that a token sees; more than any prompt has where it has none
  };
  struct KeysAndQueries {
    std::vector<std::vector<double>> q, kv;  // by token
  };

  gemm::PackedWeight Own(const Matrix& matrix);
  PlainLayer MakeLayer(uint32_t index, Random* random) const;
  void View(const PlainLayer& layer);
  KeysAndQueries Project(const PlainLayer& layer, const std::vector<std::vector<double>>& x) const;
  std::vector<double> AttendOne(const PlainLayer& layer, const KeysAndQueries& seen,
                                size_t token) const;
  void Attend(const PlainLayer& layer, std::vector<std::vector<double>>* x) const;
  void FeedForward(const PlainLayer& layer, std::vector<double>* x) const;
  void Add(const std::vector<double>& branch, const std::vector<float>& norm,
           std::vector<double>* x) const;

  DType type_;
  model::Weights weights_;
  std::deque<OwnedWeight> owned_;
  std::deque<PlainLayer> layers_;
  std::vector<float> embed_, lm_head_, final_norm_;  // plain
  std::vector<Bf16> embed_bf16_, lm_head_bf16_;
};

/// A config whose sizes are no multiple of any vector width unless told so: Qwen3's parts.
inline format::ModelConfig OddConfig() {
  format::ModelConfig config;
  config.architecture = "Qwen3ForCausalLM";
  config.hidden_size = 40;
  config.intermediate_size = 72;
  config.num_hidden_layers = 3;
  config.num_attention_heads = 6;
  config.num_key_value_heads = 2;
  config.head_dim = 24;
  config.vocab_size = 50;
  config.max_position_embeddings = 4096;
  config.rms_norm_eps = 1e-6F;
  config.rope.rope_theta = 10000;
  config.tie_word_embeddings = true;
  config.qk_norm = true;
  return config;
}

/// The same sizes with other parts, one family or kind of RoPE scaling each, by name.
std::vector<std::pair<std::string, format::ModelConfig>> OddFamilies();

}  // namespace gram::testing

#endif  // GRAM_TESTS_TESTING_TINY_MODEL_H_
