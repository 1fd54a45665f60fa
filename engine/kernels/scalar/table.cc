// The scalar kernels, plain C++ in f32, and their table: they work everywhere, and are the
// reference for every other folder.
#include "engine/kernels/kernel_table.h"

namespace gram::kernels {
namespace scalar {
namespace {

/// softcap * tanh(score / softcap), where there is a cap; an infinite score becomes NaN.
float Capped(float score, float softcap) {
  return softcap == 0 ? score : softcap * __builtin_tanhf(score / softcap) + 0 * score;
}

/// One query row against all its blocks. scores [64] and acc [padded_dim] are scratch.
void AttendRow(const AttentionArgs& args, const float* q, size_t position, float* scores,
               float* acc, float* out) {
  float maximum = -__builtin_inff();
  float sum = 0;
  for (size_t d = 0; d < args.padded_dim; ++d) acc[d] = 0;
  const size_t first = args.window == 0 || args.window > position ? 0 : position + 1 - args.window;
  for (size_t block = first / kBlockPositions; block * kBlockPositions <= position; ++block) {
    const auto* base = static_cast<const unsigned char*>(args.blocks[block]);
    const auto* k = reinterpret_cast<const float*>(base + args.k_offset);  // [padded_dim][64]
    const auto* v = reinterpret_cast<const float*>(base + args.v_offset);  // [64][padded_dim]
    const size_t left = position - block * kBlockPositions + 1;
    const size_t seen = left < kBlockPositions ? left : kBlockPositions;
    const size_t masked = block == first / kBlockPositions ? first % kBlockPositions : 0;

    for (size_t j = 0; j < kBlockPositions; ++j) scores[j] = 0;
    for (size_t d = 0; d < args.head_dim; ++d) {
      for (size_t j = 0; j < kBlockPositions; ++j) scores[j] += q[d] * k[d * kBlockPositions + j];
    }
    float new_maximum = maximum;
    for (size_t j = masked; j < seen; ++j) {
      scores[j] = Capped(scores[j] * args.scale, args.softcap);
      if (scores[j] > new_maximum) new_maximum = scores[j];
    }
    const float correction = __builtin_expf(maximum - new_maximum);
    maximum = new_maximum;
    sum *= correction;
    for (size_t d = 0; d < args.head_dim; ++d) acc[d] *= correction;
    for (size_t j = masked; j < seen; ++j) {
      const float p = __builtin_expf(scores[j] - maximum);
      sum += p;
      for (size_t d = 0; d < args.head_dim; ++d) acc[d] += p * v[j * args.padded_dim + d];
    }
  }
  for (size_t d = 0; d < args.head_dim; ++d) out[d] = acc[d] / sum;
}

void Attention(const AttentionArgs& args) {
  float* scores = args.scratch;
  float* acc = args.scratch + kBlockPositions;
  for (size_t t = 0; t < args.tokens; ++t) {
    for (size_t g = 0; g < args.group; ++g) {
      const auto* q =
          static_cast<const float*>(args.q) + t * args.q_token_stride + g * args.padded_dim;
      auto* out = static_cast<float*>(args.out) +
                  args.out_layout.At(t, args.out_column + g * args.head_dim);
      AttendRow(args, q, args.first_position + t, scores, acc, out);
    }
  }
}

void RmsNorm(const RmsNormArgs& args) {
  double squares = 0;
  for (size_t i = 0; i < args.n; ++i)
    squares += static_cast<double>(args.x[i]) * static_cast<double>(args.x[i]);
  const auto mean = static_cast<float>(squares / static_cast<double>(args.n));
  const float factor = 1.0F / __builtin_sqrtf(mean + args.eps);
  auto* out = static_cast<float*>(args.out);
  for (size_t i = 0; i < args.n; ++i) out[i] = args.x[i] * factor * args.weight[i];
}

void ToActivation(const float* x, size_t n, void* out) {
  for (size_t i = 0; i < n; ++i) static_cast<float*>(out)[i] = x[i];
}

void Rope(const RopeArgs& args) {
  const size_t half = args.head_dim / 2;
  for (size_t i = 0; i < half; ++i) {
    const float a = args.x[i];
    const float b = args.x[i + half];
    args.out[i] = a * args.cos[i] - b * args.sin[i];
    args.out[i + half] = b * args.cos[i] + a * args.sin[i];
  }
}

float Widen(uint16_t bf16) {
  const uint32_t bits = static_cast<uint32_t>(bf16) << 16;
  float value;
  __builtin_memcpy(&value, &bits, sizeof value);
  return value;
}

float DotBf16(const float* x, const uint16_t* y, size_t n) {
  double sum = 0;
  for (size_t i = 0; i < n; ++i)
    sum += static_cast<double>(x[i]) * static_cast<double>(Widen(y[i]));
  return static_cast<float>(sum);
}

float DotF32(const float* x, const float* y, size_t n) {
  double sum = 0;
  for (size_t i = 0; i < n; ++i) sum += static_cast<double>(x[i]) * static_cast<double>(y[i]);
  return static_cast<float>(sum);
}

}  // namespace
}  // namespace scalar

constinit const KernelTable kScalarTable = {
    .isa = "scalar",
    .activations = DType::kF32,
    .panels = false,
    .chunk_rows = kChunkRows,
    .query_rows = 96,
    .multiply_blocks = 1,
    .multiply_rows = 1,
    .rms_norm = scalar::RmsNorm,
    .rms_norm_f32 = scalar::RmsNorm,
    .rope = scalar::Rope,
    .to_activation = scalar::ToActivation,
    .attention = scalar::Attention,
    .multiply = nullptr,
    .dot_bf16 = scalar::DotBf16,
    .dot_f32 = scalar::DotF32,
};

}  // namespace gram::kernels
