#include "tests/testing/tiny_model.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

namespace gram::testing {
namespace {

using format::ModelConfig;
using format::RopeParameters;
using format::RopeType;
using Vector = std::vector<double>;

Vector RmsNorm(const double* x, size_t n, const std::vector<float>& weight, double eps) {
  double squares = 0;
  for (size_t i = 0; i < n; ++i) squares += x[i] * x[i];
  const double factor = 1 / std::sqrt(squares / static_cast<double>(n) + eps);
  Vector out(n);
  for (size_t i = 0; i < n; ++i) out[i] = x[i] * factor * static_cast<double>(weight[i]);
  return out;
}

Vector Product(const std::vector<float>& rows, size_t n, size_t k, const Vector& x) {
  Vector out(n);
  for (size_t i = 0; i < n; ++i) {
    for (size_t j = 0; j < k; ++j) out[i] += static_cast<double>(rows[i * k + j]) * x[j];
  }
  return out;
}

void AddBias(const std::vector<float>& bias, Vector* x) {
  for (size_t i = 0; i < bias.size(); ++i) (*x)[i] += static_cast<double>(bias[i]);
}

/// Frequency i of a prompt of `tokens` tokens.
double Frequency(const RopeParameters& rope, size_t dim, size_t i, size_t tokens) {
  const double positions = rope.original_max_position_embeddings;
  double theta = rope.rope_theta;
  if (rope.rope_type == RopeType::kDynamic && static_cast<double>(tokens) > positions) {
    const double stretch = rope.factor * static_cast<double>(tokens) / positions - rope.factor + 1;
    theta *= std::pow(stretch, static_cast<double>(dim) / static_cast<double>(dim - 2));
  }
  const double w = std::pow(theta, -2.0 * static_cast<double>(i) / static_cast<double>(dim));
  if (rope.rope_type == RopeType::kLinear) return w / rope.factor;
  if (rope.rope_type != RopeType::kLlama3) return w;
  const double wavelength = 2 * std::numbers::pi / w;
  if (wavelength < positions / rope.high_freq_factor) return w;
  if (wavelength > positions / rope.low_freq_factor) return w / rope.factor;
  const double smooth = (positions / wavelength - rope.low_freq_factor) /
                        (rope.high_freq_factor - rope.low_freq_factor);
  return (1 - smooth) * w / rope.factor + smooth * w;
}

void Rotate(double* head, size_t dim, const Vector& frequencies, size_t position) {
  for (size_t i = 0; i < dim / 2; ++i) {
    const double angle = static_cast<double>(position) * frequencies[i];
    const double a = head[i];
    const double b = head[i + dim / 2];
    head[i] = a * std::cos(angle) - b * std::sin(angle);
    head[i + dim / 2] = b * std::cos(angle) + a * std::sin(angle);
  }
}

double Activate(format::Activation activation, double z) {
  if (activation == format::Activation::kSilu) return z / (1 + std::exp(-z));
  const double inner = std::sqrt(2 / std::numbers::pi) * (z + 0.044715 * z * z * z);
  return 0.5 * z * (1 + std::tanh(inner));
}

std::vector<float> Weights(size_t n, float scale, DType type, Random* random) {
  return type == DType::kBf16 ? random->Bf16Floats(n, scale) : random->Floats(n, scale);
}

std::vector<float> Norm(size_t n, Random* random) {
  auto weight = random->Floats(n, 0.3F);
  for (float& w : weight) w += 1;
  return weight;
}

const float* DataOrNull(const std::vector<float>& values) {
  return values.empty() ? nullptr : values.data();
}

}  // namespace

gemm::PackedWeight TinyModel::Own(const Matrix& matrix) {
  owned_.push_back(Pack(matrix.rows, matrix.n, matrix.k, type_));
  return owned_.back().view;
}

TinyModel::PlainLayer TinyModel::MakeLayer(uint32_t index, Random* random) const {
  const ModelConfig& c = weights_.config;
  const size_t d = c.hidden_size, f = c.intermediate_size, dh = c.head_dim;
  const size_t query = c.num_attention_heads * dh, key = c.num_key_value_heads * dh;
  const auto matrix = [&](size_t n, size_t k) {
    return Matrix{Weights(n * k, 1.5F / std::sqrt(static_cast<float>(k)), type_, random), n, k};
  };
  const auto norm = [&](size_t n, bool there) {
    return there ? Norm(n, random) : std::vector<float>();
  };
  const auto bias = [&](size_t n) {
    return c.qkv_bias ? random->Floats(n, 0.5F) : std::vector<float>();
  };
  PlainLayer layer;
  layer.q = matrix(query, d);
  layer.kv = matrix(2 * key, d);
  layer.o = matrix(d, query);
  layer.gate = matrix(f, d);
  layer.up = matrix(f, d);
  layer.down = matrix(d, f);
  layer.attn_norm = norm(d, true);
  layer.q_norm = norm(dh, c.qk_norm);
  layer.k_norm = norm(dh, c.qk_norm);
  layer.mlp_norm = norm(d, true);
  layer.q_bias = bias(query);
  layer.kv_bias = bias(2 * key);
  layer.attn_out_norm = norm(d, c.branch_norms);
  layer.mlp_out_norm = norm(d, c.branch_norms);
  layer.window = c.sliding_layers[index] ? c.sliding_window : std::numeric_limits<uint32_t>::max();
  return layer;
}

void TinyModel::View(const PlainLayer& layer) {
  const bool slides = layer.window != std::numeric_limits<uint32_t>::max();
  weights_.layers.push_back({.window = slides ? layer.window : 0,
                             .attn_norm = layer.attn_norm.data(),
                             .q = Own(layer.q),
                             .kv = Own(layer.kv),
                             .q_bias = DataOrNull(layer.q_bias),
                             .kv_bias = DataOrNull(layer.kv_bias),
                             .q_norm = DataOrNull(layer.q_norm),
                             .k_norm = DataOrNull(layer.k_norm),
                             .o = Own(layer.o),
                             .attn_out_norm = DataOrNull(layer.attn_out_norm),
                             .mlp_norm = layer.mlp_norm.data(),
                             .gate = Own(layer.gate),
                             .up = Own(layer.up),
                             .down = Own(layer.down),
                             .mlp_out_norm = DataOrNull(layer.mlp_out_norm)});
}

TinyModel::TinyModel(const ModelConfig& config, DType type, uint32_t seed) : type_(type) {
  Random random(seed);
  const size_t d = config.hidden_size;
  weights_.config = config;
  weights_.dtype = type;
  for (uint32_t i = 0; i < config.num_hidden_layers; ++i) {
    layers_.push_back(MakeLayer(i, &random));
    View(layers_.back());
  }
  const auto table = [&](const std::vector<float>& plain, std::vector<Bf16>* narrow) {
    *narrow = AsBf16(plain);
    const void* data =
        type == DType::kBf16 ? static_cast<const void*>(narrow->data()) : plain.data();
    return ops::RowTable{data, config.vocab_size, config.hidden_size, type_};
  };
  embed_ = Weights(config.vocab_size * d, 1, type, &random);
  weights_.embed = table(embed_, &embed_bf16_);
  lm_head_ = config.tie_word_embeddings ? embed_ : Weights(config.vocab_size * d, 1, type, &random);
  weights_.head.rows = table(lm_head_, &lm_head_bf16_);
  final_norm_ = Norm(d, &random);
  weights_.final_norm = final_norm_.data();
}

TinyModel::KeysAndQueries TinyModel::Project(const PlainLayer& layer,
                                             const std::vector<Vector>& x) const {
  const ModelConfig& c = weights_.config;
  const size_t dh = c.head_dim;
  const auto eps = static_cast<double>(c.rms_norm_eps);
  Vector frequencies;
  for (size_t i = 0; i < dh / 2; ++i) frequencies.push_back(Frequency(c.rope, dh, i, x.size()));
  const auto turn = [&](Vector* heads, size_t count, const std::vector<float>& norm, size_t t) {
    for (size_t h = 0; h < count; ++h) {
      double* head = heads->data() + h * dh;
      if (!norm.empty()) {
        const Vector normed = RmsNorm(head, dh, norm, eps);
        std::copy(normed.begin(), normed.end(), head);
      }
      Rotate(head, dh, frequencies, t);
    }
  };
  KeysAndQueries out;
  for (size_t t = 0; t < x.size(); ++t) {
    const Vector normed = RmsNorm(x[t].data(), c.hidden_size, layer.attn_norm, eps);
    out.q.push_back(Product(layer.q.rows, layer.q.n, layer.q.k, normed));
    out.kv.push_back(Product(layer.kv.rows, layer.kv.n, layer.kv.k, normed));
    AddBias(layer.q_bias, &out.q[t]);
    AddBias(layer.kv_bias, &out.kv[t]);
    turn(&out.q[t], c.num_attention_heads, layer.q_norm, t);
    turn(&out.kv[t], c.num_key_value_heads, layer.k_norm, t);
  }
  return out;
}

Vector TinyModel::AttendOne(const PlainLayer& layer, const KeysAndQueries& seen,
                            size_t token) const {
  const ModelConfig& c = weights_.config;
  const size_t dh = c.head_dim, key = c.num_key_value_heads * dh;
  const double width =
      c.query_pre_attn_scalar == 0 ? static_cast<double>(dh) : c.query_pre_attn_scalar;
  const size_t first = token + 1 > layer.window ? token + 1 - layer.window : 0;
  Vector attended(c.num_attention_heads * dh);
  for (size_t h = 0; h < c.num_attention_heads; ++h) {
    const size_t at = h / (c.num_attention_heads / c.num_key_value_heads) * dh;
    Vector weight(token + 1);
    double sum = 0;
    for (size_t s = first; s <= token; ++s) {
      double score = 0;
      for (size_t i = 0; i < dh; ++i) score += seen.q[token][h * dh + i] * seen.kv[s][at + i];
      score /= std::sqrt(width);
      const double cap = c.attn_logit_softcapping;
      if (cap > 0) score = cap * std::tanh(score / cap);
      sum += weight[s] = std::exp(score);
    }
    for (size_t s = first; s <= token; ++s) {
      for (size_t i = 0; i < dh; ++i)
        attended[h * dh + i] += weight[s] / sum * seen.kv[s][key + at + i];
    }
  }
  return attended;
}

void TinyModel::Add(const Vector& branch, const std::vector<float>& norm, Vector* x) const {
  const Vector added = norm.empty() ? branch
                                    : RmsNorm(branch.data(), branch.size(), norm,
                                              static_cast<double>(weights_.config.rms_norm_eps));
  for (size_t i = 0; i < added.size(); ++i) (*x)[i] += added[i];
}

void TinyModel::Attend(const PlainLayer& layer, std::vector<Vector>* x) const {
  const KeysAndQueries seen = Project(layer, *x);
  for (size_t t = 0; t < x->size(); ++t) {
    const Vector attended = AttendOne(layer, seen, t);
    Add(Product(layer.o.rows, layer.o.n, layer.o.k, attended), layer.attn_out_norm, &(*x)[t]);
  }
}

void TinyModel::FeedForward(const PlainLayer& layer, Vector* x) const {
  const ModelConfig& c = weights_.config;
  const Vector normed =
      RmsNorm(x->data(), c.hidden_size, layer.mlp_norm, static_cast<double>(c.rms_norm_eps));
  Vector gate = Product(layer.gate.rows, layer.gate.n, layer.gate.k, normed);
  const Vector up = Product(layer.up.rows, layer.up.n, layer.up.k, normed);
  for (size_t i = 0; i < gate.size(); ++i) gate[i] = Activate(c.hidden_act, gate[i]) * up[i];
  Add(Product(layer.down.rows, layer.down.n, layer.down.k, gate), layer.mlp_out_norm, x);
}

std::array<double, 2> TinyModel::ReferenceLogits(const std::vector<int32_t>& prompt,
                                                 std::array<int32_t, 2> choices,
                                                 bool scale_in_bf16) const {
  const size_t d = weights_.config.hidden_size;
  float scale = 1;
  if (weights_.config.scale_embeddings) scale = std::sqrt(static_cast<float>(d));
  if (scale_in_bf16) scale = ToFloat(ToBf16(scale));
  std::vector<Vector> x;
  for (const int32_t token : prompt) {
    const auto row = embed_.begin() + static_cast<ptrdiff_t>(static_cast<size_t>(token) * d);
    Vector& out = x.emplace_back(row, row + static_cast<ptrdiff_t>(d));
    for (double& value : out) value *= static_cast<double>(scale);
  }
  for (const PlainLayer& layer : layers_) {
    Attend(layer, &x);
    for (Vector& row : x) FeedForward(layer, &row);
  }
  const Vector last =
      RmsNorm(x.back().data(), d, final_norm_, static_cast<double>(weights_.config.rms_norm_eps));
  std::array<double, 2> logits{};
  for (size_t i = 0; i < 2; ++i) {
    const size_t at = static_cast<size_t>(choices[i]) * d;
    for (size_t j = 0; j < d; ++j) logits[i] += static_cast<double>(lm_head_[at + j]) * last[j];
  }
  return logits;
}

std::vector<std::pair<std::string, ModelConfig>> OddFamilies() {
  ModelConfig llama = OddConfig();
  llama.qk_norm = false;
  ModelConfig llama3 = llama;
  llama3.rope = {.rope_type = RopeType::kLlama3,
                 .rope_theta = 10000,
                 .factor = 8,
                 .low_freq_factor = 1,
                 .high_freq_factor = 4,
                 .original_max_position_embeddings = 64};
  ModelConfig linear = llama;
  linear.rope.rope_type = RopeType::kLinear;
  linear.rope.factor = 2.5;
  ModelConfig dynamic = llama;
  dynamic.rope.rope_type = RopeType::kDynamic;
  dynamic.rope.factor = 3;
  dynamic.rope.original_max_position_embeddings = 100;
  ModelConfig qwen2 = llama;
  qwen2.qkv_bias = true;
  ModelConfig gemma2 = llama;
  gemma2.hidden_act = format::Activation::kGeluPytorchTanh;
  gemma2.branch_norms = true;
  gemma2.scale_embeddings = true;
  gemma2.query_pre_attn_scalar = 17;
  gemma2.attn_logit_softcapping = 5;
  gemma2.sliding_window = 21;
  gemma2.sliding_layers.set(0).set(2);  // the last one too: it is computed in two halves
  return {{"llama", llama},     {"llama3", llama3}, {"linear", linear},
          {"dynamic", dynamic}, {"qwen2", qwen2},   {"gemma2", gemma2}};
}

}  // namespace gram::testing
