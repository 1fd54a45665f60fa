#include "engine/model/rope.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace gram::model {
namespace {

using format::RopeParameters;
using format::RopeType;

double StretchedTheta(const RopeParameters& rope, size_t head_dim, size_t tokens) {
  const auto dim = static_cast<double>(head_dim);
  const double length = static_cast<double>(tokens) / rope.original_max_position_embeddings;
  return rope.rope_theta * std::pow(rope.factor * length - (rope.factor - 1), dim / (dim - 2));
}

/// By how much llama3 scaling multiplies the frequency w.
double Llama3Scale(const RopeParameters& rope, double w) {
  const double turns = rope.original_max_position_embeddings * w / (2 * std::numbers::pi);
  const double s = std::clamp(
      (turns - rope.low_freq_factor) / (rope.high_freq_factor - rope.low_freq_factor), 0.0, 1.0);
  return (1 - s) / rope.factor + s;
}

}  // namespace

bool HasOwnFrequencies(const RopeParameters& rope, size_t tokens) {
  return rope.rope_type == RopeType::kDynamic && tokens > rope.original_max_position_embeddings;
}

std::vector<float> RopeFrequencies(const RopeParameters& rope, size_t head_dim, size_t tokens) {
  const double theta =
      HasOwnFrequencies(rope, tokens) ? StretchedTheta(rope, head_dim, tokens) : rope.rope_theta;
  std::vector<float> frequencies;
  for (size_t i = 0; i < head_dim / 2; ++i) {
    const float exponent = static_cast<float>(2 * i) / static_cast<float>(head_dim);
    const float w = 1.0F / std::pow(static_cast<float>(theta), exponent);
    switch (rope.rope_type) {
      case RopeType::kDefault:
      case RopeType::kDynamic:
        frequencies.push_back(w);
        break;
      case RopeType::kLinear:
        frequencies.push_back(w / static_cast<float>(rope.factor));
        break;
      case RopeType::kLlama3:
        frequencies.push_back(static_cast<float>(w * Llama3Scale(rope, w)));
        break;
    }
  }
  return frequencies;
}

}  // namespace gram::model
