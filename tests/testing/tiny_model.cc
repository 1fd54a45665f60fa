#include "tests/testing/tiny_model.h"

#include <cmath>

namespace gram::testing {
namespace {

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

/// RMSNorm and rotate-half RoPE of one head at `position`.
void NormAndRotate(double* head, size_t dim, const std::vector<float>& weight, double eps,
                   double theta, size_t position) {
  const Vector normed = RmsNorm(head, dim, weight, eps);
  for (size_t i = 0; i < dim / 2; ++i) {
    const double angle = static_cast<double>(position) *
                         std::pow(theta, -2.0 * static_cast<double>(i) / static_cast<double>(dim));
    head[i] = normed[i] * std::cos(angle) - normed[i + dim / 2] * std::sin(angle);
    head[i + dim / 2] = normed[i + dim / 2] * std::cos(angle) + normed[i] * std::sin(angle);
  }
}

}  // namespace

gemm::PackedWeight TinyModel::Own(const Matrix& matrix) {
  owned_.push_back(Pack(matrix.rows, matrix.n, matrix.k, type_));
  return owned_.back().view;
}

TinyModel::TinyModel(const format::ModelConfig& config, DType type, uint32_t seed) : type_(type) {
  Random random(seed);
  const bool bf16 = type == DType::kBf16;
  const auto values = [&](size_t n, float scale) {
    return bf16 ? random.Bf16Floats(n, scale) : random.Floats(n, scale);
  };
  const auto matrix = [&](size_t n, size_t k) {
    return Matrix{values(n * k, 1.5F / std::sqrt(static_cast<float>(k))), n, k};
  };
  const auto norm = [&](size_t n) {
    auto weight = random.Floats(n, 0.3F);
    for (float& w : weight) w += 1;
    return weight;
  };
  const size_t d = config.hidden, f = config.feed_forward, dh = config.head_dim;
  const size_t query = config.heads * dh, key = config.kv_heads * dh;
  weights_.config = config;
  weights_.dtype = type;
  for (uint32_t i = 0; i < config.layers; ++i) {
    layers_.push_back({matrix(query, d), matrix(2 * key, d), matrix(d, query), matrix(f, d),
                       matrix(f, d), matrix(d, f), norm(d), norm(dh), norm(dh), norm(d)});
    const PlainLayer& layer = layers_.back();
    weights_.layers.push_back({layer.attn_norm.data(), Own(layer.q), Own(layer.kv),
                               layer.q_norm.data(), layer.k_norm.data(), Own(layer.o),
                               layer.mlp_norm.data(), Own(layer.gate), Own(layer.up),
                               Own(layer.down)});
  }
  const auto table = [&](const std::vector<float>& plain, std::vector<Bf16>* narrow) {
    *narrow = AsBf16(plain);
    const void* data = bf16 ? static_cast<const void*>(narrow->data()) : plain.data();
    return ops::RowTable{data, config.vocab, config.hidden, type_};
  };
  embed_ = values(config.vocab * d, 1);
  weights_.embed = table(embed_, &embed_bf16_);
  lm_head_ = config.tied_embeddings ? embed_ : values(config.vocab * d, 1);
  weights_.lm_head = table(lm_head_, &lm_head_bf16_);
  final_norm_ = norm(d);
  weights_.final_norm = final_norm_.data();
}

void TinyModel::Attend(const PlainLayer& layer, std::vector<Vector>* x) const {
  const format::ModelConfig& c = weights_.config;
  const size_t dh = c.head_dim, group = c.heads / c.kv_heads, key = c.kv_heads * dh;
  const double eps = static_cast<double>(c.rms_eps);
  std::vector<Vector> q, kv;
  for (size_t t = 0; t < x->size(); ++t) {
    const Vector normed = RmsNorm((*x)[t].data(), c.hidden, layer.attn_norm, eps);
    q.push_back(Product(layer.q.rows, layer.q.n, layer.q.k, normed));
    kv.push_back(Product(layer.kv.rows, layer.kv.n, layer.kv.k, normed));
    for (size_t h = 0; h < c.heads; ++h)
      NormAndRotate(&q[t][h * dh], dh, layer.q_norm, eps, c.rope_theta, t);
    for (size_t h = 0; h < c.kv_heads; ++h)
      NormAndRotate(&kv[t][h * dh], dh, layer.k_norm, eps, c.rope_theta, t);
  }
  for (size_t t = 0; t < x->size(); ++t) {
    Vector attended(c.heads * dh);
    for (size_t h = 0; h < c.heads; ++h) {
      const size_t at = h / group * dh;
      Vector weight(t + 1);
      double sum = 0;
      for (size_t s = 0; s <= t; ++s) {
        for (size_t i = 0; i < dh; ++i) weight[s] += q[t][h * dh + i] * kv[s][at + i];
        sum += weight[s] = std::exp(weight[s] / std::sqrt(static_cast<double>(dh)));
      }
      for (size_t s = 0; s <= t; ++s) {
        for (size_t i = 0; i < dh; ++i)
          attended[h * dh + i] += weight[s] / sum * kv[s][key + at + i];
      }
    }
    const Vector out = Product(layer.o.rows, layer.o.n, layer.o.k, attended);
    for (size_t i = 0; i < out.size(); ++i) (*x)[t][i] += out[i];
  }
}

void TinyModel::FeedForward(const PlainLayer& layer, Vector* x) const {
  const format::ModelConfig& c = weights_.config;
  const Vector normed =
      RmsNorm(x->data(), c.hidden, layer.mlp_norm, static_cast<double>(c.rms_eps));
  Vector gate = Product(layer.gate.rows, layer.gate.n, layer.gate.k, normed);
  const Vector up = Product(layer.up.rows, layer.up.n, layer.up.k, normed);
  for (size_t i = 0; i < gate.size(); ++i) gate[i] = gate[i] / (1 + std::exp(-gate[i])) * up[i];
  const Vector out = Product(layer.down.rows, layer.down.n, layer.down.k, gate);
  for (size_t i = 0; i < out.size(); ++i) (*x)[i] += out[i];
}

std::array<double, 2> TinyModel::ReferenceLogits(const std::vector<int32_t>& prompt,
                                                 std::array<int32_t, 2> choices) const {
  const size_t d = weights_.config.hidden;
  std::vector<Vector> x;
  for (const int32_t token : prompt) {
    const auto row = embed_.begin() + static_cast<ptrdiff_t>(static_cast<size_t>(token) * d);
    x.emplace_back(row, row + static_cast<ptrdiff_t>(d));
  }
  for (const PlainLayer& layer : layers_) {
    Attend(layer, &x);
    for (Vector& row : x) FeedForward(layer, &row);
  }
  const Vector last =
      RmsNorm(x.back().data(), d, final_norm_, static_cast<double>(weights_.config.rms_eps));
  std::array<double, 2> logits{};
  for (size_t i = 0; i < 2; ++i) {
    const size_t at = static_cast<size_t>(choices[i]) * d;
    for (size_t j = 0; j < d; ++j) logits[i] += static_cast<double>(lm_head_[at + j]) * last[j];
  }
  return logits;
}

}  // namespace gram::testing
